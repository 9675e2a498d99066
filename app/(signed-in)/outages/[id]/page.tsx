import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Evidence } from '@/app/ui/outage/evidence'
import { jobBegan } from '@/app/ui/outage/job-evidence'
import { readSourceEvidence, sourceBegan } from '@/app/ui/outage/source-evidence'
import { StateMark } from '@/app/ui/state-mark'
import { targetHref } from '@/app/ui/target-href'
import { Clock, Lasted } from '@/app/ui/time'
import { spanWords } from '@/app/ui/time-words'
import { requireUser } from '@/lib/session'
import { findOutage } from '@/lib/store/outage-lists'

export const metadata: Metadata = { title: 'Outage' }

export default async function OutagePage({ params }: { params: Promise<{ id: string }> }) {
  const [, { id }] = await Promise.all([requireUser(), params])
  const outage = /^\d{1,9}$/.test(id) ? await findOutage(Number(id)) : null
  if (!outage) notFound()
  const isJob = outage.target.kind === 'job'
  const told = readSourceEvidence(outage.evidence.opened)
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <hgroup className="stack">
          <p className="muted">
            <Link href="/outages" className="link">
              Outages
            </Link>
            {outage.incidentId && (
              <>
                {' / '}
                <Link href={`/incidents/${outage.incidentId}`} className="link">
                  Incident {outage.incidentId}
                </Link>
              </>
            )}
          </p>
          <h1>
            <Link href={targetHref(outage.target)}>{outage.target.name}</Link> {outage.endedAt ? 'was' : 'is'}{' '}
            {isJob ? 'down' : 'dark'} for <Lasted from={outage.beganAt} to={outage.endedAt} />
          </h1>
        </hgroup>
        {!outage.endedAt && <StateMark status={outage.state} />}
      </header>
      <dl className="facts">
        <dt>Began</dt>
        <dd>
          <Clock at={outage.beganAt} ms />,{' '}
          {isJob ? jobBegan(outage.evidence.opened) : told ? sourceBegan(told) : 'the first miss'}
        </dd>
        {!told?.remembered && (
          <>
            <dt>{isJob ? 'Called down' : 'Isolated'}</dt>
            <dd>
              <Clock at={outage.isolatedAt} ms />, {spanWords(outage.isolatedAt.getTime() - outage.beganAt.getTime())}{' '}
              later
            </dd>
          </>
        )}
        <dt>Ended</dt>
        <dd>
          {outage.endedAt ? (
            <>
              <Clock at={outage.endedAt} ms />
              {!told?.remembered && `, the first ${isJob ? 'beat' : told ? 'answer that it is up' : 'answer'}`}
            </>
          ) : (
            'not yet'
          )}
        </dd>
        <dt>{isJob ? 'Down for' : 'Dark for'}</dt>
        <dd>
          <Lasted from={outage.beganAt} to={outage.endedAt} />
        </dd>
        {outage.state === 'unreachable' && (
          <>
            <dt>Because of</dt>
            <dd>{outage.incidentId === null ? 'something before it' : 'a device, which its incident names'}</dd>
          </>
        )}
        {outage.cause && (
          <>
            <dt>Cause</dt>
            <dd>{outage.cause}</dd>
          </>
        )}
      </dl>
      <Evidence title="What opened it" evidence={outage.evidence.opened} />
      <Evidence title="What closed it" evidence={outage.evidence.closed} />
    </div>
  )
}
