'use client'
import { useEffect, useState } from 'react'
import { onLiveEvent } from '@/lib/live-client'
import type { LiveEvent } from '@/lib/wire/live'

const gatherMs = 600

/** Says to a screen reader what a glance at the board says: what went dark, and what is back. Several are one sentence. */
export function Announcer() {
  const [words, setWords] = useState('')
  useEffect(() => {
    const dark = new Set<string>()
    const back = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const unlisten = onLiveEvent((type, event) => {
      const name = rootOf(event)
      if (!name || (type !== 'incident.opened' && type !== 'incident.resolved')) return
      if (type === 'incident.opened') dark.add(name)
      else if (event.resolved_by)
        return // ended by hand: it may still be dark
      else back.add(name)
      timer ??= setTimeout(() => {
        timer = undefined
        setWords([...sentence(dark, 'dark'), ...sentence(back, 'back')].join(' '))
        dark.clear()
        back.clear()
      }, gatherMs)
    })
    return () => {
      clearTimeout(timer)
      unlisten()
    }
  }, [])
  return (
    <p role="status" aria-live="assertive" className="visually-hidden">
      {words}
    </p>
  )
}

function rootOf({ root, kind }: LiveEvent): string | undefined {
  const isDarkness = kind === 'down' || kind === 'members_lost'
  const named = typeof root === 'object' && root !== null && 'name' in root && typeof root.name === 'string'
  return isDarkness && named ? String(root.name) : undefined
}

function sentence(names: ReadonlySet<string>, word: 'dark' | 'back'): string[] {
  const [first] = names
  if (first === undefined) return []
  return [names.size === 1 ? `${first} is ${word}.` : `${first} and ${names.size - 1} more are ${word}.`]
}
