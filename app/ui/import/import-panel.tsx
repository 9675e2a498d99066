'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import styles from './import-panel.module.css'
import { type ImportAnswer, sendImport } from './send-import'

type Step =
  | { is: 'choose' }
  | { is: 'sending'; what: 'preview' | 'import'; share: number }
  | { is: 'preview'; answer: ImportAnswer }
  | { is: 'done'; answer: ImportAnswer }

/** What is imported, and where to. */
const kinds = {
  devices: {
    path: '/api/devices/import',
    preview: '/api/devices/import?preview=1',
    one: 'device',
    list: '/devices',
    example: 'name,address,role,site,upstream,tags\nRidge-3,10.50.1.7,ap,North Ridge,Ridge-Router,wisp',
  },
  jobs: {
    path: '/api/applications/import',
    preview: '/api/applications/import?dry_run=1',
    one: 'job',
    list: '/jobs',
    example: 'name,schedule,timezone,grace_period,tags\nprod.db1.backup,30 2 * * *,Europe/Berlin,3600,prod',
  },
  clients: {
    path: '/api/clients/import',
    preview: '/api/clients/import?preview=1',
    one: 'client',
    list: '/clients',
    example: 'name,number,email,phone,devices\nAcme Dental,1042,it@acme.example,+1 555 0100,CPE-1042',
  },
} as const
export type ImportKind = keyof typeof kinds

const number = new Intl.NumberFormat('en')

/** Choose or paste, see what would happen line by line, then import. */
export function ImportPanel({ of = 'devices' }: { of?: ImportKind }) {
  const kind = kinds[of]
  const things = (n: number) => `${number.format(n)} ${n === 1 ? kind.one : `${kind.one}s`}`
  const router = useRouter()
  const [text, setText] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [step, setStep] = useState<Step>({ is: 'choose' })
  const [problem, setProblem] = useState<string>()
  const ids = { file: useId(), text: useId() }

  async function send(what: 'preview' | 'import') {
    setProblem(undefined)
    setStep({ is: 'sending', what, share: 0 })
    const body = file ?? text
    const sent = await sendImport(what === 'preview' ? kind.preview : kind.path, body, (share) =>
      setStep({ is: 'sending', what, share }),
    )
    if ('problem' in sent) {
      setProblem(sent.problem)
      setStep({ is: 'choose' })
      return
    }
    setStep({ is: what === 'preview' ? 'preview' : 'done', answer: sent.answer })
    if (what === 'import') router.refresh()
  }

  if (step.is === 'sending') return <Sending step={step} of={of} />
  if (step.is === 'done') {
    return (
      <div className="stack">
        <p className="note" data-tone="up" role="status">
          {things(step.answer.created)} added, {number.format(step.answer.updated)} changed
          {step.answer.rejected.length > 0 && `, ${number.format(step.answer.rejected.length)} left out`}.
        </p>
        <Rejected answer={step.answer} />
        <div className="row">
          <Link href={kind.list} className="button" data-kind="primary">
            Open the {of}
          </Link>
          <button type="button" className="button" onClick={() => setStep({ is: 'choose' })}>
            Import more
          </button>
        </div>
      </div>
    )
  }
  if (step.is === 'preview') {
    const { answer } = step
    const newSites = answer.new_sites ?? []
    const good = answer.created + answer.updated
    return (
      <div className="stack">
        <p className="visually-hidden" role="status">
          {things(answer.created)} new, {answer.updated} to be changed, {answer.rejected.length} bad
        </p>
        <dl className={styles.counts}>
          <Count n={answer.created} word="new" />
          <Count n={answer.updated} word="known, to be changed" />
          {answer.unchanged !== undefined && <Count n={answer.unchanged} word="known, as they are" />}
          <Count n={answer.rejected.length} word="bad, left out" bad={answer.rejected.length > 0} />
        </dl>
        {newSites.length > 0 && (
          <p>
            {newSites.length === 1 ? 'One site is' : `${newSites.length} sites are`} made:{' '}
            {newSites.slice(0, 12).join(', ')}
            {newSites.length > 12 && ', …'}
          </p>
        )}
        {(answer.ignored_columns ?? []).length > 0 && (
          <p className="note" data-tone="amber">
            Not read, as no field is called so: {answer.ignored_columns?.join(', ')}
          </p>
        )}
        <Rejected answer={answer} />
        <Lines title="Taken, but not all of it" lines={answer.notes ?? []} />
        <div className="row">
          <button
            type="button"
            className="button"
            data-kind="primary"
            disabled={good === 0}
            onClick={() => send('import')}
          >
            Import {things(good)}
          </button>
          <button type="button" className="button" data-kind="quiet" onClick={() => setStep({ is: 'choose' })}>
            {answer.rejected.length > 0 ? 'Mend the file first' : 'Back'}
          </button>
        </div>
      </div>
    )
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        send('preview')
      }}
    >
      {problem && (
        <p className="note" data-tone="down" role="alert">
          {problem}
        </p>
      )}
      <div className="field">
        <label htmlFor={ids.file}>A file, CSV or JSON</label>
        <input
          id={ids.file}
          type="file"
          accept=".csv,.json,.tsv,.txt,text/csv,application/json"
          className={styles.file}
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
      </div>
      <div className="field">
        <label htmlFor={ids.text}>Or paste it here</label>
        <textarea
          id={ids.text}
          className={`input ${styles.text}`}
          rows={9}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={kind.example}
        />
      </div>
      <div>
        <button type="submit" className="button" data-kind="primary" disabled={!file && text.trim() === ''}>
          Look at it first
        </button>
      </div>
    </form>
  )
}

function Sending({ step, of }: { step: { what: 'preview' | 'import'; share: number }; of: ImportKind }) {
  const sent = step.share >= 1
  return (
    <div className={styles.sending} role="status">
      <p className="strong">
        {!sent ? 'Sending' : step.what === 'preview' ? 'Reading each line' : `Writing the ${of}`}
      </p>
      <progress max={1} value={sent ? undefined : step.share} aria-label="Progress" />
    </div>
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

const mostShown = 500

const Rejected = ({ answer }: { answer: ImportAnswer }) => <Lines title="What is wrong" lines={answer.rejected} />

function Lines({ title, lines }: { title: string; lines: { line: number; reason: string }[] }) {
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
            {lines.slice(0, mostShown).map(({ line, reason }) => (
              <tr key={`${line}${reason}`}>
                <td data-align="right">{line}</td>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lines.length > mostShown && <p className="muted">and {number.format(lines.length - mostShown)} more</p>}
    </section>
  )
}
