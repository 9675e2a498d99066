import Link from 'next/link'
import type { ListedSuggestion } from '@/lib/store/suggestion-list'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { Ago } from '../time'
import { decide } from './actions'
import styles from './suggestion-list.module.css'

/** What the graph would say otherwise than it does, each to be followed or left. */
export function SuggestionList({
  suggestions,
  mayWrite,
  linked = true,
}: {
  suggestions: ListedSuggestion[]
  mayWrite: boolean
  linked?: boolean // names the device, as the page is not its own
}) {
  return (
    <ul className={styles.list}>
      {suggestions.map((one) => (
        <li key={one.id} className={styles.item}>
          <div className={styles.text}>
            <p className="strong">{/[.?]$/.test(one.words) ? one.words : `${one.words}.`}</p>
            <p className="muted">
              {linked && (
                <>
                  <Link href={`/devices/${one.device.id}`} className="link">
                    {one.device.name}
                  </Link>
                  ,{' '}
                </>
              )}
              <When one={one} />
            </p>
          </div>
          {mayWrite && one.decision === null && <Decide one={one} />}
        </li>
      ))}
    </ul>
  )
}

function When({ one }: { one: ListedSuggestion }) {
  if (one.decision !== null && one.decidedAt) {
    return (
      <>
        {one.decision === 'accepted' ? 'followed' : 'left as it was'} <Ago at={one.decidedAt} /> by {one.decidedBy}
      </>
    )
  }
  return (
    <>
      seen first <Ago at={one.firstSeenAt} />, last <Ago at={one.lastSeenAt} />
    </>
  )
}

function Decide({ one }: { one: ListedSuggestion }) {
  return (
    <ActionForm action={decide} className={styles.acts ?? ''}>
      <input type="hidden" name="id" value={one.id} />
      {one.to && (
        <SubmitButton kind="plain" size="small" name="decision" value="accepted">
          Hang it on {one.to.name}
        </SubmitButton>
      )}
      <SubmitButton kind="quiet" size="small" name="decision" value="dismissed">
        {one.from ? `Leave it on ${one.from.name}` : 'Leave it'}
      </SubmitButton>
      <FormMessage />
    </ActionForm>
  )
}
