'use client'
import { useState } from 'react'
import { Field } from '../form/action-form'
import styles from './job-form.module.css'

const environments = ['prod', 'staging', 'dev', 'lab']
const plain = (text: string) => text.trim().replace(/[\s.]+/g, '-')

/** The name of a new job, put together as environment.hostname.job; whoever types one has it as typed. */
export function NameFields({ given }: { given: string | undefined }) {
  const [parts, setParts] = useState({ environment: 'prod', host: '', task: '' })
  const [typed, setTyped] = useState<string | null>(given ?? null)
  const suggested = [parts.environment, plain(parts.host), plain(parts.task)].filter(Boolean).join('.')
  const isWhole = parts.host.trim() !== '' && parts.task.trim() !== ''
  const name = typed ?? (parts.host.trim() || parts.task.trim() ? suggested : '')
  const change = (part: Partial<typeof parts>) => {
    setParts({ ...parts, ...part })
    setTyped(null)
  }
  return (
    <div className={styles.name}>
      <Field
        name="name"
        label="Name"
        required
        value={name}
        onChange={(event) => setTyped(event.target.value)}
        placeholder={
          isWhole
            ? suggested
            : `${parts.environment || 'prod'}.${plain(parts.host) || 'db1'}.${plain(parts.task) || 'backup'}`
        }
        autoComplete="off"
        autoFocus={given === undefined}
      />
      {given === undefined && (
        <div className={styles.parts}>
          <label className="field">
            <span className="hint">Environment</span>
            <input
              className="input"
              list="environments"
              value={parts.environment}
              onChange={(event) => change({ environment: plain(event.target.value) })}
              autoComplete="off"
            />
          </label>
          <span aria-hidden="true">.</span>
          <label className="field">
            <span className="hint">Host</span>
            <input
              className="input"
              placeholder="db1"
              value={parts.host}
              onChange={(event) => change({ host: event.target.value })}
              autoComplete="off"
              autoCapitalize="none"
            />
          </label>
          <span aria-hidden="true">.</span>
          <label className="field">
            <span className="hint">What it does</span>
            <input
              className="input"
              placeholder="backup"
              value={parts.task}
              onChange={(event) => change({ task: event.target.value })}
              autoComplete="off"
              autoCapitalize="none"
            />
          </label>
          <datalist id="environments">
            {environments.map((environment) => (
              <option key={environment} value={environment} />
            ))}
          </datalist>
        </div>
      )}
    </div>
  )
}
