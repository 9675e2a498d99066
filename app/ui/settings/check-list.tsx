import Link from 'next/link'
import { listText } from '@/lib/domain/describe-list'
import { type CheckKind, checkWords, type WantedCheck } from '@/lib/domain/self-checks'
import type { ShownCheck } from '@/lib/store/self-checks'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { StateMark } from '../state-mark'
import { Ago, Due } from '../time'
import { checkNow } from './check-actions'
import styles from './checks.module.css'

/** explained: what a check of this kind does is said, as nothing above it said so. */
type Props = {
  wanted: WantedCheck
  shown: ShownCheck | undefined
  told: string[]
  mayWrite: boolean
  explained: boolean
}

/** A check: how it stands, what it does, what it found last and who hears of a failure. */
export function CheckItem({ wanted, shown, told, mayWrite, explained }: Props) {
  const { key, kind, graceSeconds } = wanted
  const name = wanted.name.replace(/^Self-check: /, '')
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  return (
    <li className={styles.check}>
      <div className={styles.head}>
        <h2>{shown?.jobId ? <Link href={`/jobs/${shown.jobId}`}>{title}</Link> : title}</h2>
        <StateMark status={shown?.status ?? 'new'} />
      </div>
      {explained && <p className="muted">{checkWords(kind)}</p>}
      <dl className={styles.facts}>
        <dt>Last</dt>
        <dd>{shown?.lastAt ? <LastResult shown={shown} at={shown.lastAt} /> : 'not made yet'}</dd>
        <dt>{shown?.waits ? 'Looks again' : 'Next'}</dt>
        <dd>
          {shown?.status === 'paused' ? (
            'when its job is resumed'
          ) : shown ? (
            <Due at={shown.dueAt} graceMs={graceSeconds * 1000} />
          ) : (
            'within 5 seconds'
          )}
        </dd>
        <dt>Tells</dt>
        <dd>
          {wanted.told !== null ? listText(told) : needsAnother(kind) ? 'everyone, as no other way works' : 'everyone'}
        </dd>
      </dl>
      {mayWrite && shown && !shown.waits && shown.status !== 'paused' && (
        <ActionForm action={checkNow} className={styles.now ?? ''}>
          <input type="hidden" name="key" value={key} />
          <SubmitButton kind="plain" size="small">
            Check now<span className="visually-hidden">: {title}</span>
          </SubmitButton>
          <FormMessage />
        </ActionForm>
      )}
    </li>
  )
}

/** What checks one way of telling; of the others every way may tell. */
const needsAnother = (kind: CheckKind) => kind === 'mail' || kind === 'push' || kind === 'channel'

function LastResult({ shown, at }: { shown: ShownCheck; at: Date }) {
  return (
    <>
      <span data-failed={shown.lastOk === false || undefined}>{shown.lastWords}</span>{' '}
      <span className="muted">
        <Ago at={at} />
      </span>
      {shown.incidentId !== null && (
        <>
          {' '}
          <Link href={`/incidents/${shown.incidentId}`} className="link">
            Open its incident
          </Link>
        </>
      )}
    </>
  )
}
