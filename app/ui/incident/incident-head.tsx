import Link from 'next/link'
import { Suspense } from 'react'
import type { IncidentDetail } from '@/lib/store/incidents'
import { clientsWords } from '../client/client-words'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { RecentBeats } from '../job/recent-beats'
import { StateShape } from '../state-mark'
import { Strip } from '../strip'
import { targetHref } from '../target-href'
import { Clock, Lasted } from '../time'
import { ActSheets } from './act-sheets'
import { acknowledge } from './actions'
import styles from './incident-page.module.css'
import { IncidentState } from './incident-state'
import { incidentHeadline, incidentStatus } from './incident-words'

type Props = {
  incident: IncidentDetail
  people: { id: number; name: string }[]
  channels: { id: number; name: string; detail: string }[]
  mayWrite: boolean
  asksToAcknowledge: boolean // it was opened by the button of a notice
}

/** What it is, how it stands, and what can be done with it. */
export function IncidentHead({ incident, people, channels, mayWrite, asksToAcknowledge }: Props) {
  const { root } = incident
  const open = incident.resolvedAt === null
  const dark = incident.outages.filter((outage) => outage.endedAt === null).length
  const mayAcknowledge = mayWrite && open && incident.acknowledgedAt === null
  const now = Date.now()
  return (
    <header className={styles.head} data-open={open || undefined}>
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
          {incident.resolvedBy ? 'after' : 'for'} <Lasted from={incident.openedAt} to={incident.resolvedAt} />
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
        {incident.affectedClients > 0 && (
          <span>
            <Link href={`/clients?incident=${incident.id}`} className="link">
              {clientsWords(incident.affectedClients)}
            </Link>
          </span>
        )}
        {incident.priority !== 'normal' && <span>{incident.priority}</span>}
      </p>
      <IncidentState incident={incident} channels={channels} dark={dark} now={now} mayWrite={mayWrite} />
      {asksToAcknowledge && mayAcknowledge && (
        <p className="note" data-tone="blue">
          You chose Acknowledge on the notice. Press it here to say that you are on it.
        </p>
      )}
      <div className={styles.actions}>
        {mayAcknowledge && (
          <ActionForm action={acknowledge} className="row">
            <input type="hidden" name="incident" value={incident.id} />
            <SubmitButton>Acknowledge</SubmitButton>
            <FormMessage />
          </ActionForm>
        )}
        {mayWrite && open && (
          <ActSheets
            incident={incident.id}
            headline={incidentHeadline(incident)}
            assigneeId={incident.assignee?.id ?? null}
            mutedFor={incident.mutedFor}
            dark={dark}
            people={people}
            channels={channels}
          />
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
      {root.kind === 'device' && root.id !== null && open && <Strip id={root.id} height={32} />}
      {root.kind === 'job' && root.id !== null && open && (
        <Suspense>
          <RecentBeats id={root.id} />
        </Suspense>
      )}
    </header>
  )
}
