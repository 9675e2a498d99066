'use client'
import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import { type DeviceListChoice, DeviceListFields } from './device-list-fields'
import styles from './import-panel.module.css'
import { Done, Preview, Sending } from './import-steps'
import { type ImportKind, kinds } from './kinds'
import { type ImportAnswer, sendImport } from './send-import'

type Step =
  | { is: 'choose' }
  | { is: 'sending'; what: 'preview' | 'import'; share: number }
  | { is: 'preview'; answer: ImportAnswer }
  | { is: 'done'; answer: ImportAnswer }

/** Choose or paste, see what would happen line by line, then import. */
export function ImportPanel({ of = 'devices' }: { of?: ImportKind }) {
  const kind = kinds[of]
  const router = useRouter()
  const [text, setText] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [choice, setChoice] = useState<DeviceListChoice>({ format: '', upstream: '' })
  const [step, setStep] = useState<Step>({ is: 'choose' })
  const [problem, setProblem] = useState<string>()
  const ids = { file: useId(), text: useId() }
  const choose = () => setStep({ is: 'choose' })

  async function send(what: 'preview' | 'import') {
    setProblem(undefined)
    setStep({ is: 'sending', what, share: 0 })
    const address = new URL(what === 'preview' ? kind.preview : kind.path, window.location.origin)
    if (choice.format) address.searchParams.set('format', choice.format)
    if (choice.format === 'mikrotik' && choice.upstream.trim()) {
      address.searchParams.set('upstream', choice.upstream.trim())
    }
    const sent = await sendImport(address.pathname + address.search, file ?? text, (share) =>
      setStep({ is: 'sending', what, share }),
    )
    if ('problem' in sent) {
      setProblem(sent.problem)
      choose()
      return
    }
    setStep({ is: what === 'preview' ? 'preview' : 'done', answer: sent.answer })
    if (what === 'import') router.refresh()
  }

  if (step.is === 'sending') return <Sending what={step.what} share={step.share} of={of} />
  if (step.is === 'done') return <Done answer={step.answer} of={of} onMore={choose} />
  if (step.is === 'preview') {
    return <Preview answer={step.answer} of={of} onImport={() => send('import')} onBack={choose} />
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
      {of === 'devices' && <DeviceListFields choice={choice} onChange={setChoice} />}
      <div className="field">
        <label htmlFor={ids.file}>{of === 'devices' ? 'A file' : 'A file, CSV or JSON'}</label>
        <input
          id={ids.file}
          type="file"
          accept=".csv,.json,.tsv,.txt,.rsc,.xml,text/csv,application/json"
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
