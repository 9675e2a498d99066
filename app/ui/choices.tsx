'use client'
import { useRouter } from 'next/navigation'
import { useTransition } from 'react'
import styles from './choices.module.css'

/** Filters as selects, each kept in the address. */
export function Choices({
  path,
  kept,
  choices,
}: {
  path: string
  kept: Record<string, string>
  choices: { name: string; label: string; options: [value: string, word: string][] }[]
}) {
  const router = useRouter()
  const [busy, start] = useTransition()
  function go(name: string, value: string) {
    const said = Object.entries({ ...kept, [name]: value }).filter(([, one]) => one !== '')
    const query = new URLSearchParams(said)
    start(() => router.replace(query.size > 0 ? `${path}?${query}` : path, { scroll: false }))
  }
  return (
    <search className={styles.choices} data-busy={busy}>
      {choices.map(({ name, label, options }) => (
        <select
          key={name}
          className="input"
          aria-label={label}
          value={kept[name] ?? ''}
          onChange={(event) => go(name, event.target.value)}
        >
          {options.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      ))}
    </search>
  )
}
