import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Suspense } from 'react'
import { BlackoutNotes } from '@/app/ui/blackout/blackout-notes'
import device from '@/app/ui/device/device-page.module.css'
import { BadgePanel } from '@/app/ui/job/badge-panel'
import { BeatRefresh } from '@/app/ui/job/beat-refresh'
import { DayBars } from '@/app/ui/job/day-bars'
import { History } from '@/app/ui/job/history'
import { JobFacts } from '@/app/ui/job/job-facts'
import { JobHead } from '@/app/ui/job/job-head'
import { JobLine, LineRanges, readLineRange } from '@/app/ui/job/job-line'
import { JobOutages } from '@/app/ui/job/job-outages'
import { SnippetPanel } from '@/app/ui/job/snippet-panel'
import { checkWords } from '@/lib/domain/self-checks'
import { env } from '@/lib/env'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listChannelChoices } from '@/lib/store/channel-choices'
import { findJob, type Job } from '@/lib/store/jobs'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[]>> }

const jobOf = async (params: Props['params']): Promise<Job | null> => {
  const { id } = await params
  return /^\d{1,9}$/.test(id) ? findJob(Number(id)) : null
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await requireUser()
  return { title: (await jobOf(params))?.name ?? 'Job' }
}

export default async function JobPage({ params, searchParams }: Props) {
  const session = await requireUser()
  const [job, said] = await Promise.all([jobOf(params), searchParams])
  if (!job) notFound()
  const mayWrite = allows(session.role, 'write')
  const before =
    typeof said.before === 'string' && /^\d{1,14}$/.test(said.before) ? new Date(Number(said.before)) : undefined
  const channels = job.channelIds === null ? [] : await listChannelChoices()
  const range = readLineRange(said.range)
  const { siteUrl } = env()
  const waits = job.beatCount === 0
  const beating = job.selfCheck ? null : mayWrite ? (
    <section className="section" id="beat">
      <h2>{waits ? 'Waiting for the first beat' : 'Make it beat'}</h2>
      <SnippetPanel url={`${siteUrl}/heartbeat/${job.uuid}`} name={job.name} schedule={job.schedule} />
    </section>
  ) : (
    waits && <p className="note">It waits for its first beat. Its address is shown to operators.</p>
  )
  return (
    <div className="page">
      {!before && <BeatRefresh id={job.id} />}
      <JobHead job={job} mayWrite={mayWrite} />
      {job.selfCheck && <OwnNote kind={job.selfCheck} />}
      <Suspense>
        <BlackoutNotes targetId={job.id} mayWrite={mayWrite} />
      </Suspense>
      {waits && beating}
      {!waits && (
        <section className="section">
          <div className="section-head">
            <h2>Beats</h2>
            <LineRanges id={job.id} range={range} />
          </div>
          <Suspense key={range} fallback={<div className={device.noChart}>Reading the beats</div>}>
            <JobLine job={job} range={range} now={Date.now()} />
          </Suspense>
        </section>
      )}
      <Suspense>
        <DayBars jobId={job.id} now={Date.now()} />
      </Suspense>
      <div className={device.columns}>
        {!waits && (
          <div className="stack">
            <section className="section" id="history">
              <h2>History</h2>
              <Suspense fallback={<p className="muted">Reading the history</p>}>
                <History jobId={job.id} before={before} />
              </Suspense>
            </section>
            <section className="section">
              <h2>Outages</h2>
              <Suspense fallback={<p className="muted">Reading the outages</p>}>
                <JobOutages id={job.id} />
              </Suspense>
            </section>
          </div>
        )}
        <JobFacts job={job} told={channels.filter(({ id }) => job.channelIds?.includes(id)).map(({ name }) => name)} />
      </div>
      {!waits && beating}
      <section className="section">
        <h2>Show it elsewhere</h2>
        <BadgePanel siteUrl={siteUrl} badgeKey={job.badgeKey} name={job.name} />
      </section>
    </div>
  )
}

function OwnNote({ kind }: { kind: NonNullable<Job['selfCheck']> }) {
  return (
    <p className="note">
      {kind === 'source' ? (
        <span>
          A source of devices and clients, as it answers. It fails when as many polls in a row as its settings say gave
          no answer that can be believed; they stand in{' '}
          <Link href="/settings/sources" className="link">
            Sources
          </Link>
          .
        </span>
      ) : (
        <span>
          A check that Beatline makes of itself. {checkWords(kind)} When it is made stands in{' '}
          <Link href="/settings/self-checks" className="link">
            Self-checks
          </Link>
          .
        </span>
      )}
    </p>
  )
}
