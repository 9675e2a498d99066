import Link from 'next/link'
import { activeAt, endOf, nextOccurrences } from '@/lib/domain/blackout'
import type { StoredBlackout } from '@/lib/store/blackouts'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { ConfirmButton } from '../form/confirm-button'
import { Icon } from '../icons'
import { targetHref } from '../target-href'
import { Ago, Clock } from '../time'
import { endNow, removeBlackout } from './actions'
import styles from './blackout-list.module.css'
import { ruleWords } from './blackout-words'

/** Blackouts, one a row: what is covered, when, why, and how to end it. `now` is epoch ms. */
export function BlackoutList({
  blackouts,
  now,
  mayWrite,
}: {
  blackouts: StoredBlackout[]
  now: number
  mayWrite: boolean
}) {
  return (
    <ul className={styles.list}>
      {blackouts.map((blackout) => (
        <BlackoutItem key={blackout.id} blackout={blackout} now={now} mayWrite={mayWrite} />
      ))}
    </ul>
  )
}

function BlackoutItem({ blackout, now, mayWrite }: { blackout: StoredBlackout; now: number; mayWrite: boolean }) {
  const isActive = activeAt(blackout, now)
  const [next] = nextOccurrences(blackout, now, 1)
  return (
    <li className={styles.item} data-active={isActive || undefined}>
      <span className={styles.mark}>
        <Icon name="blackout" size={16} />
      </span>
      <div className={styles.text}>
        <p className={styles.what}>
          <Covered blackout={blackout} />
        </p>
        <p className={`dotted ${styles.when}`}>
          <When
            blackout={blackout}
            isActive={isActive}
            end={isActive ? endOf(blackout, now) : null}
            next={next?.startAt ?? null}
          />
          {blackout.reason && <span>{blackout.reason}</span>}
          {!blackout.planned && <span>counts as dark time</span>}
        </p>
      </div>
      {mayWrite && (
        <div className={styles.actions}>
          {next && (
            <Link
              href={`/blackouts/${blackout.id}`}
              className="button"
              data-size="small"
              aria-label={`Edit blackout ${blackout.id}`}
            >
              Edit
            </Link>
          )}
          {isActive && <EndNow id={blackout.id} />}
          {!isActive && (
            <ConfirmButton
              action={removeBlackout}
              fields={{ id: blackout.id }}
              verb="Delete"
              ask={next ? 'Delete it?' : 'Delete it, also from what was?'}
              size="small"
              kind="quiet"
              label={`Delete blackout ${blackout.id}`}
            />
          )}
        </div>
      )}
    </li>
  )
}

/** Ends a blackout before its time. */
export function EndNow({ id }: { id: number }) {
  return (
    <ActionForm action={endNow} className="row">
      <input type="hidden" name="id" value={id} />
      <SubmitButton kind="plain" size="small">
        End now
      </SubmitButton>
      <FormMessage />
    </ActionForm>
  )
}

const mostNamed = 4
const mostWithNames = 100 // of whose names the store answers

function Covered({ blackout: { coversAll, targetNames, targetIds, siteNames, tags } }: { blackout: StoredBlackout }) {
  if (coversAll) return <strong>Everything</strong>
  const shown = targetNames.slice(0, mostNamed)
  const gone = Math.min(targetIds.length, mostWithNames) - targetNames.length
  const more = targetIds.length - gone - shown.length
  const parts = [
    ...shown.map((target) => (
      <Link key={`t${target.id}`} href={targetHref(target)} className="strong">
        {target.name}
      </Link>
    )),
    ...(more > 0 ? [<span key="more">{more} more</span>] : []),
    ...(gone > 0 ? [<span key="gone">{gone} deleted since</span>] : []),
    ...siteNames.map((site) => <strong key={`s${site.id}`}>all of {site.name}</strong>),
    ...tags.map((tag) => <strong key={`g${tag}`}>all tagged {tag}</strong>),
  ]
  return parts.map((part, i) => (
    <span key={part.key}>
      {i > 0 && (i === parts.length - 1 ? ' and ' : ', ')}
      {part}
    </span>
  ))
}

export function When({
  blackout,
  isActive,
  end,
  next,
}: {
  blackout: StoredBlackout
  isActive: boolean
  end: number | null
  next: number | null
}) {
  const rule = ruleWords(blackout)
  if (blackout.endedAt !== null)
    return (
      <span>
        <Clock at={blackout.fromAt} seconds={false} /> to <Clock at={blackout.endedAt} seconds={false} />
      </span>
    )
  return (
    <>
      {rule && <span>{rule}</span>}
      {isActive && end !== null && (
        <span>
          until <Clock at={end} seconds={false} />, <Ago at={end} />
        </span>
      )}
      {isActive && blackout.kind === 'open' && (
        <span>
          since <Clock at={blackout.fromAt} seconds={false} />, until it is ended
        </span>
      )}
      {!isActive && next !== null && (
        <span>
          {blackout.kind === 'weekly' ? 'next ' : 'from '}
          <Clock at={next} seconds={false} />
          {blackout.kind === 'range' && blackout.untilAt !== null && (
            <>
              {' to '}
              <Clock at={blackout.untilAt} seconds={false} />
            </>
          )}
        </span>
      )}
      {!isActive && next === null && (
        <span>
          <Clock at={blackout.fromAt} seconds={false} />
          {blackout.untilAt !== null && (
            <>
              {' to '}
              <Clock at={blackout.untilAt} seconds={false} />
            </>
          )}
        </span>
      )}
    </>
  )
}
