'use client'
import { useId, useState } from 'react'
import type { Schedule } from '@/lib/domain/schedule'
import { type SnippetKind, snippet, snippetKinds } from '@/lib/domain/snippets'
import { CopyButton } from '../copy-button'
import { Icon } from '../icons'
import styles from './snippet-panel.module.css'

const words: Record<SnippetKind, string> = {
  crontab: 'crontab',
  curl: 'curl',
  wget: 'wget',
  systemd: 'systemd',
  docker: 'Docker',
  python: 'Python',
  powershell: 'PowerShell',
  routeros: 'RouterOS',
  'github-actions': 'GitHub Actions',
}
const takesCommand: readonly SnippetKind[] = ['crontab', 'curl', 'wget', 'systemd', 'docker', 'python', 'powershell']
const scripts = [
  ['script.sh', 'Shell'],
  ['script.ps1', 'PowerShell'],
  ['script.py', 'Python'],
  ['script.rsc', 'RouterOS'],
] as const

/** How a job beats: its address, lines to paste for each kind of machine, and scripts to download. */
export function SnippetPanel({ url, name, schedule }: { url: string; name: string; schedule: Schedule }) {
  const [kind, setKind] = useState<SnippetKind>('crontab')
  const [command, setCommand] = useState('')
  const id = useId()
  const text = snippet(kind, { url, name, schedule, command: takesCommand.includes(kind) ? command : undefined })
  return (
    <div className={styles.panel}>
      <div className={styles.address}>
        <code className={styles.url}>{url}</code>
        <CopyButton text={url} label="Copy the address" />
      </div>
      <p className="hint">
        Whoever has this address can beat for the job. It takes GET, HEAD and POST; <code>?status=fail</code>,{' '}
        <code>?status=3</code> and <code>?msg=</code> say more, <code>/start</code> begins a run.
      </p>
      <div role="tablist" aria-label="For which machine" className={styles.tabs}>
        {snippetKinds.map((one, i) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`${id}-${one}`}
            aria-selected={one === kind}
            aria-controls={`${id}-text`}
            tabIndex={one === kind ? 0 : -1}
            onClick={() => setKind(one)}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
              const next = snippetKinds[(i + step + snippetKinds.length) % snippetKinds.length]
              if (step === 0 || !next) return
              event.preventDefault()
              setKind(next)
              document.getElementById(`${id}-${next}`)?.focus()
            }}
          >
            {words[one]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-text`} aria-labelledby={`${id}-${kind}`} className={styles.text}>
        <pre>{text.trimEnd()}</pre>
        <CopyButton text={text} label={`Copy for ${words[kind]}`} />
      </div>
      {takesCommand.includes(kind) && (
        <label className={styles.command}>
          <span className="label">Around a command</span>
          <input
            className="input"
            value={command}
            onChange={(event) => setCommand(event.target.value)}
            placeholder="/usr/local/bin/backup.sh"
            spellCheck={false}
            autoCapitalize="none"
            autoComplete="off"
          />
          <span className="hint">
            With one, how it ended is told as well: a status other than 0 takes the job down at once.
          </span>
        </label>
      )}
      <div className="row">
        <span className="muted">Scripts that run a command and tell its start, its end and how long it took:</span>
        {scripts.map(([file, word]) => (
          <a
            key={file}
            href={`${url}/${file}`}
            download={file.replace('script', 'beat')}
            className="button"
            data-size="small"
          >
            <Icon name="download" size={16} />
            {word}
          </a>
        ))}
      </div>
    </div>
  )
}
