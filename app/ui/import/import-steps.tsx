import Link from 'next/link'
import { deviceListWords } from './device-list-words'
import styles from './import-panel.module.css'
import { countOf, type ImportKind, kinds } from './kinds'
import type { ImportAnswer } from './send-import'

const number = new Intl.NumberFormat('en')
const mostShown = 500

export function Sending({ what, share, of }: { what: 'preview' | 'import'; share: number; of: ImportKind }) {
  const sent = share >= 1
  return (
    <div className={styles.sending} role="status">
      <p className="strong">{!sent ? 'Sending' : what === 'preview' ? 'Reading each line' : `Writing the ${of}`}</p>
      <progress max={1} value={sent ? undefined : share} aria-label="Progress" />
    </div>
  )
}

export function Done({ answer, of, onMore }: { answer: ImportAnswer; of: ImportKind; onMore: () => void }) {
  return (
    <div className="stack">
      <p className="note" data-tone="up" role="status">
        {countOf(of, answer.created)} added, {number.format(answer.updated)} changed
        {answer.rejected.length > 0 && `, ${number.format(answer.rejected.length)} left out`}.
      </p>
      <Lines title="What is wrong" lines={answer.rejected} />
      <div className="row">
        <Link href={kinds[of].list} className="button" data-kind="primary">
          Open the {of}
        </Link>
        <button type="button" className="button" onClick={onMore}>
          Import more
        </button>
      </div>
    </div>
  )
}

type Preview = { answer: ImportAnswer; of: ImportKind; onImport: () => void; onBack: () => void }

/** What would happen, line by line where something is left behind. */
export function Preview({ answer, of, onImport, onBack }: Preview) {
  const good = answer.created + answer.updated
  const format = answer.format && deviceListWords[answer.format]
  return (
    <div className="stack">
      <p className="visually-hidden" role="status">
        {countOf(of, answer.created)} new, {answer.updated} to be changed, {answer.rejected.length} bad
      </p>
      {format?.from && <p>Read as {format.from}.</p>}
      <dl className={styles.counts}>
        <Count n={answer.created} word="new" />
        <Count n={answer.updated} word="known, to be changed" />
        {answer.unchanged !== undefined && <Count n={answer.unchanged} word="known, as they are" />}
        <Count n={answer.rejected.length} word="bad, left out" bad={answer.rejected.length > 0} />
      </dl>
      <Made one="site" names={answer.new_sites ?? []} />
      <Made one="SNMP profile" names={answer.new_profiles ?? []} />
      {(answer.ignored_columns ?? []).length > 0 && (
        <p className="note" data-tone="amber">
          {format?.from ? 'Not read' : 'Not read, as no field is called so'}: {listed(answer.ignored_columns ?? [])}
        </p>
      )}
      <Lines title="What is wrong" lines={answer.rejected} />
      <Lines title="Taken, but not all of it" lines={answer.notes ?? []} />
      <div className="row">
        <button type="button" className="button" data-kind="primary" disabled={good === 0} onClick={onImport}>
          Import {countOf(of, good)}
        </button>
        <button type="button" className="button" data-kind="quiet" onClick={onBack}>
          {answer.rejected.length > 0 ? 'Mend the file first' : 'Back'}
        </button>
      </div>
    </div>
  )
}

const listed = (names: readonly string[]) => `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`

function Made({ one, names }: { one: string; names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <p>
      {names.length === 1 ? `One ${one} is` : `${names.length} ${one}s are`} made: {listed(names)}
    </p>
  )
}

function Count({ n, word, bad = false }: { n: number; word: string; bad?: boolean }) {
  return (
    <div data-bad={bad || undefined}>
      <dt>{word}</dt>
      <dd>{number.format(n)}</dd>
    </div>
  )
}

function Lines({ title, lines }: { title: string; lines: { line: number; name?: string | null; reason: string }[] }) {
  if (lines.length === 0) return null
  return (
    <section className="section">
      <h2>{title}</h2>
      <div className={styles.rejected}>
        <table className="table">
          <thead>
            <tr>
              <th data-align="right">Line</th>
              <th>Why</th>
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, mostShown).map(({ line, name, reason }) => (
              <tr key={`${line}${reason}`}>
                <td data-align="right">{line}</td>
                <td>
                  {name && <span className="strong">{name} · </span>}
                  {reason}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lines.length > mostShown && <p className="muted">and {number.format(lines.length - mostShown)} more</p>}
    </section>
  )
}
