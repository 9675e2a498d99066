import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache, Suspense } from 'react'
import { ClientDevices } from '@/app/ui/client/client-devices'
import { ClientContacts, ClientFacts, ClientServices } from '@/app/ui/client/client-facts'
import { ClientHead } from '@/app/ui/client/client-head'
import { ClientMessages } from '@/app/ui/client/client-messages'
import { ClientOutages } from '@/app/ui/client/client-outages'
import { readSpan } from '@/app/ui/client/client-range'
import { ClientUptime, SpanLinks } from '@/app/ui/client/client-uptime'
import styles from '@/app/ui/device/device-page.module.css'
import { ClientStatusLink } from '@/app/ui/status/client-link'
import { readViewer } from '@/app/ui/viewer'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { type Client, findClient } from '@/lib/store/clients'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[]>> }

const findOnce = cache(findClient) // the head of the document asks for it as well

const clientOf = async (params: Props['params']): Promise<Client | null> => {
  const { id } = await params
  return /^\d{1,9}$/.test(id) ? findOnce(Number(id)) : null
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await requireUser()
  return { title: (await clientOf(params))?.name ?? 'Client' }
}

export default async function ClientPage({ params, searchParams }: Props) {
  const session = await requireUser()
  const [client, { by }, { zone }] = await Promise.all([clientOf(params), searchParams, readViewer()])
  if (!client) notFound()
  const span = readSpan(by)
  return (
    <div className="page">
      <ClientHead client={client} mayWrite={allows(session.role, 'write')} />
      {(client.vanishedAt || client.archivedAt) && (
        <p className="note">
          {client.archivedAt ? 'It has left: no messages go to it.' : 'No source lists it any more.'}
        </p>
      )}
      <section className="section">
        <div className="section-head">
          <h2>Uptime</h2>
          <SpanLinks id={client.id} span={span} />
        </div>
        <Suspense key={span} fallback={<p className="muted">Reading the history</p>}>
          <ClientUptime id={client.id} name={client.name} span={span} zone={zone} />
        </Suspense>
      </section>
      <div className={styles.columns}>
        <div className={styles.main}>
          <section className="section">
            <h2>Outages</h2>
            <Suspense fallback={<p className="muted">Reading the outages</p>}>
              <ClientOutages id={client.id} devices={client.now.devices} />
            </Suspense>
          </section>
          <section className="section">
            <h2>Messages</h2>
            <Suspense fallback={<p className="muted">Reading the messages</p>}>
              <ClientMessages id={client.id} />
            </Suspense>
          </section>
        </div>
        <div className="stack">
          <Suspense>
            <ClientDevices id={client.id} />
          </Suspense>
          <ClientContacts client={client} />
          <ClientServices services={client.services} />
          <ClientFacts client={client} />
          {allows(session.role, 'write') && !client.archivedAt && <ClientStatusLink clientId={client.id} />}
        </div>
      </div>
    </div>
  )
}
