import Link from 'next/link'
import type { KeptChanges, SourceRun } from '@/lib/store/source-runs'
import styles from './source.module.css'
import { countOf, doesWords, hrefOf } from './source-words'

const mostShown = 300 // of a group
const kinds = ['device', 'client', 'site', 'service'] as const
const does = ['adds', 'changes', 'matches', 'vanishes', 'returns'] as const
const number = new Intl.NumberFormat('en')

/** What a reading changes, by what is done to what; each change in words. */
export function ChangeList({ changes, isOpen = false }: { changes: KeptChanges; isOpen?: boolean }) {
  const { counts, items, notes } = changes
  const groups = kinds.flatMap((kind) =>
    does.map((one) => ({ kind, does: one, items: items.filter((item) => item.kind === kind && item.does === one) })),
  )
  const shown = groups.filter((group) => group.items.length > 0)
  return (
    <div className="stack">
      <dl className={styles.counts}>
        {does
          .filter((one) => counts[one] > 0)
          .map((one) => (
            <div key={one}>
              <dt>{doesWords[one]}</dt>
              <dd>{number.format(counts[one])}</dd>
            </div>
          ))}
        {counts.kept > 0 && (
          <div>
            <dt>kept as edited here</dt>
            <dd>{number.format(counts.kept)}</dd>
          </div>
        )}
      </dl>
      {notes.map((note) => (
        <p key={note} className="note" data-tone="amber">
          {note}.
        </p>
      ))}
      <div>
        {shown.map((group) => (
          <details
            key={`${group.kind}${group.does}`}
            className={styles.group}
            open={isOpen && (shown.length === 1 || group.items.length <= 10)}
          >
            <summary>
              {countOf(group.items.length, group.kind)} {doesWords[group.does]}
            </summary>
            <Lines lines={group.items} />
          </details>
        ))}
        {changes.kept.length > 0 && (
          <details className={styles.group}>
            <summary>{countOf(counts.kept, 'field')} kept as edited here</summary>
            <Lines lines={changes.kept} />
          </details>
        )}
      </div>
      {counts.more > 0 && <p className="muted">and {number.format(counts.more)} more changes, not listed</p>}
    </div>
  )
}

type Line = { kind: string; name: string; words: string; id: number | null }

function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <div className={styles.lines}>
      {lines.slice(0, mostShown).map(({ kind, name, words, id }, i) => {
        const href = hrefOf(kind, id)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: names are not one of a kind, and nothing moves
          <div key={i} className={styles.line}>
            <span>
              {href ? (
                <Link href={href} className="link">
                  {name}
                </Link>
              ) : (
                name
              )}
            </span>
            <span className="muted">{words}</span>
          </div>
        )
      })}
      {lines.length > mostShown && <p className="muted">and {number.format(lines.length - mostShown)} more</p>}
    </div>
  )
}

/** Entries that could not be read, and why. */
export function RejectedList({ rejected }: Pick<SourceRun, 'rejected'>) {
  if (!rejected || rejected.length === 0) return null
  return (
    <details className={styles.group} open={rejected.length <= 5}>
      <summary>
        {rejected.length === 1 ? '1 entry' : `${number.format(rejected.length)} entries`} could not be read
      </summary>
      <Lines lines={rejected.map(({ what, reason }) => ({ kind: '', name: what, words: reason, id: null }))} />
    </details>
  )
}
