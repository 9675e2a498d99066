'use client'
import { type FormEvent, useId, useState } from 'react'
import { CopyButton } from '../copy-button'
import styles from './api-docs.module.css'
import type { Parameter } from './groups'
import { addressOf, asCurl, type Shown, showAnswer } from './try-request'

type Props = {
  verb: string
  path: string
  parameters: Parameter[]
  body: { types: string[]; example: string } | null
  allowed: boolean
}

/** Sends the request from this page, as the operator who is signed in, and shows what comes back. */
export function TryOperation({ verb, path, parameters, body, allowed }: Props) {
  const bodyId = useId()
  const [values, setValues] = useState<Record<string, string>>({})
  const [text, setText] = useState(body?.example ?? '')
  const [type, setType] = useState(body?.types[0] ?? '')
  const [answer, setAnswer] = useState<Shown | 'sending'>()
  const address = addressOf(path, parameters, values)
  const sent = body ? { type, text } : null

  async function send(event: FormEvent) {
    event.preventDefault()
    setAnswer('sending')
    setAnswer(await showAnswer(verb, address, sent))
  }
  return (
    <form className={styles.try} onSubmit={send}>
      <h3>Try it</h3>
      {parameters.length > 0 && (
        <div className="fields">
          {parameters.map((parameter) => (
            <ParameterField
              key={parameter.name}
              parameter={parameter}
              value={values[parameter.name] ?? ''}
              say={(value) => setValues({ ...values, [parameter.name]: value })}
            />
          ))}
        </div>
      )}
      {body && (
        <div className="field">
          <label htmlFor={bodyId}>Body{body.types.length === 1 && `: ${type}`}</label>
          <textarea
            id={bodyId}
            className={`input ${styles.code}`}
            rows={Math.min(12, text.split('\n').length + 1)}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          {body.types.length > 1 && (
            <select
              className="input"
              aria-label="Type of the body"
              value={type}
              onChange={(event) => setType(event.target.value)}
            >
              {body.types.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          )}
        </div>
      )}
      <div className="row">
        <button type="submit" className="button" data-kind="primary" disabled={!allowed || answer === 'sending'}>
          {verb === 'GET' ? 'Send' : `Send this ${verb}`}
        </button>
        <CopyButton text={asCurl(verb, address, sent)} word="Copy as curl" />
        {!allowed && <span className="hint">Your role may not do this.</span>}
        {allowed && verb !== 'GET' && <span className="hint">It changes what is watched here.</span>}
      </div>
      <div aria-live="polite">{answer && answer !== 'sending' && <Answer {...answer} />}</div>
    </form>
  )
}

function ParameterField({
  parameter: { name, options, required },
  value,
  say,
}: {
  parameter: Parameter
  value: string
  say: (value: string) => void
}) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      {options.length > 0 ? (
        <select id={id} className="input" value={value} onChange={(event) => say(event.target.value)}>
          <option value="">not said</option>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          className="input"
          autoComplete="off"
          required={required}
          value={value}
          onChange={(event) => say(event.target.value)}
        />
      )}
    </div>
  )
}

function Answer({ status, ok, tookMs, text, cut }: Shown) {
  return (
    <div className={styles.answer}>
      <p className={ok ? 'strong' : 'problem'}>
        {status} <span className="muted num">in {tookMs} ms</span>
      </p>
      {text && (
        <textarea
          className={`input ${styles.code}`}
          aria-label="The answer"
          readOnly
          rows={Math.min(24, text.split('\n').length + 1)}
          value={text}
        />
      )}
      {cut && <p className="hint">Cut here: the whole of it comes by curl.</p>}
    </div>
  )
}
