import Link from 'next/link'
import type { DarkGroup } from '@/lib/domain/board'
import { namesOf } from '@/lib/domain/reach-words'
import type { LiveMessage } from '@/lib/store/client-message-history'
import { clientsWords } from '../client/client-words'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { Icon } from '../icons'
import { acknowledge } from '../incident/actions'
import { WideStrip } from '../job/beat-strip'
import { Countdown } from '../message/countdown'
import { jobWhy } from '../outage/job-evidence'
import { StateMark, StateShape } from '../state-mark'
import { Strip } from '../strip'
import { targetHref } from '../target-href'
import { Ago, Clock, Since } from '../time'
import styles from './board.module.css'

const mostCards = 60
const mostNamed = 6

/** What is dark now, worst first, each with the line as it is measured and what is cut off behind it. */
export function DarkList({
  groups,
  total,
  mayWrite,
  telling,
  beats,
  messages,
}: {
  groups: DarkGroup[]
  total: number
  mayWrite: boolean
  telling: boolean
  beats: ReadonlyMap<number, StripOf> // the last ones of each job that is dark
  messages: ReadonlyMap<number, LiveMessage> // to clients, that wait or are sent now, by incident
}) {
  const cards = groups.slice(0, mostCards)
  const shown = cards.reduce((sum, group) => sum + 1 + group.behind.length, 0)
  return (
    <section className="section" aria-label="Dark now">
      {!telling && (
        <p className="note" data-tone="amber">
          No probe is telling anything right now, so this may have changed since.
        </p>
      )}
      <ol className={styles.cards}>
        {cards.map((group) => (
          <DarkCard
            key={group.root.outageId}
            group={group}
            mayWrite={mayWrite}
            strip={beats.get(group.root.targetId)}
            message={group.root.incidentId === null ? undefined : messages.get(group.root.incidentId)}
          />
        ))}
      </ol>
      {total > shown && (
        <p>
          <Link href="/outages?open=1" className="link">
            And {new Intl.NumberFormat('en').format(total - shown)} more
          </Link>
        </p>
      )}
    </section>
  )
}

/** The letters of a job's last beats, and when the newest of them was. */
export type StripOf = { code: string; until: string | null }

const hrefOf = (target: DarkGroup['root']) => targetHref({ kind: target.kind, id: target.targetId })

function DarkCard({
  group: { root, behind },
  mayWrite,
  strip,
  message,
}: {
  group: DarkGroup
  mayWrite: boolean
  strip: StripOf | undefined
  message: LiveMessage | undefined
}) {
  const seen = root.acknowledgedAt !== null || root.resolvedBy !== null
  const open = root.incidentId === null ? hrefOf(root) : `/incidents/${root.incidentId}`
  return (
    <li className={styles.card} data-state={root.state} data-acknowledged={seen || undefined}>
      <div className={styles.cardHead}>
        <StateMark status={root.state} />
        <h2 className={styles.name}>
          <Link href={hrefOf(root)}>{root.name}</Link>
        </h2>
        <Since at={root.beganAt} className={styles.span} />
      </div>
      <p className={`dotted ${styles.where}`}>
        {root.siteName && <span>{root.siteName}</span>}
        {root.kind === 'job' ? (
          <span className={styles.why}>{jobWhy(root.evidence, root.misses)}</span>
        ) : (
          root.address !== '' && <span className="address">{root.address}</span>
        )}
        <span>
          since <Clock at={root.beganAt} />
        </span>
        {root.client && (
          <span>
            <Link href={`/clients/${root.clientId}`} prefetch={false} className="link">
              <bdi>{root.client}</bdi>
            </Link>
          </span>
        )}
      </p>
      <div className={styles.strip}>
        {root.kind === 'job' ? (
          <WideStrip id={root.targetId} code={strip?.code ?? ''} until={strip?.until ?? null} />
        ) : (
          <Strip id={root.targetId} />
        )}
      </div>
      {root.incidentId !== null && root.clients > 0 && !(root.clients === 1 && root.client) && (
        <p className={styles.served}>
          <Link href={`/clients?incident=${root.incidentId}`} prefetch={false} className="link">
            {clientsWords(root.clients)}
          </Link>
          : {namesOf(root.clientNames, root.clients)}
        </p>
      )}
      {behind.length > 0 && <Behind behind={behind} />}
      <div className={styles.foot}>
        <p className={styles.who}>
          {root.resolvedBy !== null ? (
            <>
              <Icon name="check" size={16} />
              <span>{root.resolvedBy} resolved it by hand; it is measured on</span>
            </>
          ) : root.acknowledgedAt === null ? (
            'Nobody on it yet'
          ) : (
            <>
              <Icon name="check" size={16} />
              <span>
                {root.acknowledgedBy ?? 'Somebody'} is on it, <Ago at={root.acknowledgedAt} />
              </span>
            </>
          )}
        </p>
        <div className={styles.actions}>
          {mayWrite && root.incidentId !== null && !seen && (
            <ActionForm action={acknowledge} className={styles.acknowledge ?? ''}>
              <input type="hidden" name="incident" value={root.incidentId} />
              <SubmitButton>Acknowledge</SubmitButton>
              <FormMessage />
            </ActionForm>
          )}
          {root.incidentId !== null && (root.clients > 0 || message !== undefined) && (
            <ToClients incident={root.incidentId} message={message} mayWrite={mayWrite} />
          )}
          <Link href={open} className="button" aria-label={`Open ${root.name}`}>
            Open
          </Link>
        </div>
      </div>
    </li>
  )
}

/** That clients are told soon, or where to tell them. */
function ToClients({
  incident,
  message,
  mayWrite,
}: {
  incident: number
  message: LiveMessage | undefined
  mayWrite: boolean
}) {
  if (message)
    return (
      <Link href={`/messages/${message.id}`} className="button" prefetch={false}>
        <Icon name="message" size={16} />
        <span>
          Clients told{' '}
          {message.sendAt && message.state === 'waiting' ? (
            <Countdown at={message.sendAt.toISOString()} now={Date.now()} />
          ) : (
            'now'
          )}
        </span>
      </Link>
    )
  if (!mayWrite) return null
  return (
    <Link href={`/messages/new?incident=${incident}`} className="button" prefetch={false}>
      <Icon name="message" size={16} />
      Message clients
    </Link>
  )
}

function Behind({ behind }: { behind: DarkGroup['behind'] }) {
  const named = behind.slice(0, mostNamed)
  return (
    <div className={styles.behind}>
      <p className={styles.behindCount}>
        <strong>{behind.length}</strong> cut off behind it
      </p>
      <ul>
        {named.map((target) => (
          <li key={target.outageId}>
            <StateShape status={target.state} size={12} />
            <Link href={hrefOf(target)}>{target.name}</Link>
          </li>
        ))}
        {behind.length > named.length && <li className="muted">and {behind.length - named.length} more</li>}
      </ul>
    </div>
  )
}
