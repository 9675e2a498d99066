import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Suspense } from 'react'
import { BlackoutNotes } from '@/app/ui/blackout/blackout-notes'
import { DeviceChart, RangeLinks, readRange } from '@/app/ui/device/device-chart'
import { DeviceHead } from '@/app/ui/device/device-head'
import styles from '@/app/ui/device/device-page.module.css'
import { Facts } from '@/app/ui/device/facts'
import { JobsBehind } from '@/app/ui/device/jobs-behind'
import { Neighbours } from '@/app/ui/device/neighbours'
import { SourceWitnesses } from '@/app/ui/device/source-witness'
import { OutageTable } from '@/app/ui/outage/outage-table'
import { Strip } from '@/app/ui/strip'
import { DeviceSuggestions, DeviceTables, DeviceWalkFacts } from '@/app/ui/topology/device-topology'
import { EdgesUp } from '@/app/ui/topology/edges-up'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { type Device, findDevice } from '@/lib/store/devices'
import { type ListedOutage, listOutages, type Page } from '@/lib/store/outage-lists'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[]>> }

const deviceOf = async (params: Props['params']): Promise<Device | null> => {
  const { id } = await params
  return /^\d{1,9}$/.test(id) ? findDevice(Number(id)) : null
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await requireUser()
  return { title: (await deviceOf(params))?.name ?? 'Device' }
}

export default async function DevicePage({ params, searchParams }: Props) {
  const session = await requireUser()
  const [device, { range: asked }] = await Promise.all([deviceOf(params), searchParams])
  if (!device) notFound()
  const range = readRange(asked)
  const mayWrite = allows(session.role, 'write')
  const isPinged = device.pinged && device.address !== ''
  return (
    <div className="page">
      <DeviceHead device={device} mayWrite={mayWrite} />
      <Suspense>
        <BlackoutNotes targetId={device.id} mayWrite={mayWrite} />
      </Suspense>
      <Suspense>
        <DeviceSuggestions id={device.id} mayWrite={mayWrite} />
      </Suspense>
      {isPinged ? (
        <Pings device={device} range={range} />
      ) : (
        <Suspense>
          <SourceWitnesses id={device.id} isDark={device.outageId !== null} />
        </Suspense>
      )}
      <div className={styles.columns}>
        <div className={styles.main}>
          <section className="section">
            <h2>Outages</h2>
            <Suspense fallback={<p className="muted">Reading the outages</p>}>
              <Outages rows={listOutages({ target: device.id, limit: 20 })} id={device.id} />
            </Suspense>
          </section>
          <Suspense>
            <DeviceTables id={device.id} />
          </Suspense>
        </div>
        <div className="stack">
          <Facts device={device} />
          {isPinged && (
            <Suspense>
              <SourceWitnesses id={device.id} isDark={device.outageId !== null} />
            </Suspense>
          )}
          {isPinged && (
            <Suspense>
              <DeviceWalkFacts id={device.id} mayWrite={mayWrite} />
            </Suspense>
          )}
          <Suspense>
            <EdgesUp id={device.id} />
          </Suspense>
          <Suspense>
            <Neighbours id={device.id} />
          </Suspense>
          <Suspense>
            <JobsBehind id={device.id} />
          </Suspense>
        </div>
      </div>
    </div>
  )
}

function Pings({ device, range }: { device: Device; range: ReturnType<typeof readRange> }) {
  return (
    <>
      <section className="section" aria-label="Last five minutes">
        <Strip id={device.id} height={40} />
        <p className={`muted ${styles.stripNote}`}>
          <span>5 min ago</span>
          <span>a beat is an answer, higher is slower; a red gap is a miss</span>
          <span>now</span>
        </p>
      </section>
      <section className="section">
        <div className="section-head">
          <h2>Round trips and loss</h2>
          <RangeLinks id={device.id} range={range} />
        </div>
        <Suspense key={range} fallback={<div className={styles.noChart}>Reading the history</div>}>
          <DeviceChart id={device.id} name={device.name} range={range} />
        </Suspense>
      </section>
    </>
  )
}

async function Outages({ rows, id }: { rows: Promise<Page<ListedOutage>>; id: number }) {
  const { items, next } = await rows
  if (items.length === 0) return <p className="muted">None yet.</p>
  return (
    <>
      <OutageTable outages={items} of="device" />
      {next && (
        <p>
          <Link href={`/outages?target=${id}`} className="link">
            All its outages
          </Link>
        </p>
      )}
    </>
  )
}
