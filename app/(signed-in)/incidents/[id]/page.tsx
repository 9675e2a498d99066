import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Suspense } from 'react'
import { ActionForm, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { acknowledge } from '@/app/ui/incident/actions'
import { Decisions } from '@/app/ui/incident/decisions'
import styles from '@/app/ui/incident/incident-page.module.css'
import { incidentHeadline, incidentStatus } from '@/app/ui/incident/incident-words'
import { Notices } from '@/app/ui/incident/notices'
import { Timeline } from '@/app/ui/incident/timeline'
import { RecentBeats } from '@/app/ui/job/recent-beats'
import { OutageTable } from '@/app/ui/outage/outage-table'
import { StateShape } from '@/app/ui/state-mark'
import { Strip } from '@/app/ui/strip'
import { targetHref } from '@/app/ui/target-href'
import { Ago, Clock, Lasted } from '@/app/ui/time'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findIncident, findIncidentHead } from '@/lib/store/incidents'

type Props = { params: Promise<{ id: string }> }

async function incidentOf<T>(params: Props['params'], find: (id: number) => Promise<T | null>): Promise<T | null> {
  const { id } = await params
  return /^\d{1,9}$/.test(id) ? find(Number(id)) : null
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await requireUser()
  const incident = await incidentOf(params, findIncidentHead)
  return { title: incident ? incidentHeadline(incident) : 'Incident' }
}

export default async function IncidentPage({ params }: Props) {
  const session = await requireUser()
  const incident = await incidentOf(params, findIncident)
  if (!incident) notFound()
  const mayWrite = allows(session.role, 'write')
  const { root } = incident
  return (
    <div className="page">
      <header className={styles.head} data-open={incident.resolvedAt === null || undefined}>
        <p className="muted">
          <Link href="/incidents" className="link">
            Incidents
          </Link>
          {' / '}
          <span className="num">#{incident.id}</span>
        </p>
        <h1>
          <StateShape status={incidentStatus(incident)} size={22} />
          <span>{incidentHeadline(incident)}</span>
          <span className={styles.span}>
            for <Lasted from={incident.openedAt} to={incident.resolvedAt} />
          </span>
        </h1>
        <p className={`dotted ${styles.facts}`}>
          {incident.siteName && <span>{incident.siteName}</span>}
          <span>
            from <Clock at={incident.openedAt} />
            {incident.resolvedAt && (
              <>
                {' '}
                to <Clock at={incident.resolvedAt} />
              </>
            )}
          </span>
          {incident.affectedTargets > 1 && <span>{incident.affectedTargets} dark</span>}
          {incident.priority !== 'normal' && <span>{incident.priority}</span>}
        </p>
        <div className={styles.actions}>
          {incident.acknowledgedAt ? (
            <p className="muted">
              {incident.acknowledgedBy ?? 'Somebody'} is on it, <Ago at={incident.acknowledgedAt} />
            </p>
          ) : (
            mayWrite &&
            !incident.resolvedAt && (
              <ActionForm action={acknowledge} className="row">
                <input type="hidden" name="incident" value={incident.id} />
                <SubmitButton>Acknowledge</SubmitButton>
                <FormMessage />
              </ActionForm>
            )
          )}
          {root.kind !== 'probe' && root.id !== null && (
            <Link
              href={targetHref({ kind: root.kind, id: root.id })}
              className="button"
              aria-label={`Open the ${root.kind} ${root.name}`}
            >
              Open the {root.kind}
            </Link>
          )}
        </div>
        {root.kind === 'device' && root.id !== null && !incident.resolvedAt && <Strip id={root.id} height={32} />}
        {root.kind === 'job' && root.id !== null && !incident.resolvedAt && (
          <Suspense>
            <RecentBeats id={root.id} />
          </Suspense>
        )}
      </header>
      <div className={styles.columns}>
        <section className="section">
          <h2>What happened</h2>
          <Timeline incident={incident} mayWrite={mayWrite} />
        </section>
        <div className={styles.side}>
          <section className="section">
            <h2>Outages in it</h2>
            {incident.outages.length > 0 ? (
              <OutageTable of="incident" outages={incident.outages} />
            ) : (
              <p className="muted">None: nothing of its own was dark.</p>
            )}
          </section>
          <Decisions decisions={incident.decisions} />
          <Notices notices={incident.notices} />
        </div>
      </div>
    </div>
  )
}
