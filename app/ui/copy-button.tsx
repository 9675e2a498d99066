'use client'
import { useEffect, useState } from 'react'
import { Icon } from './icons'

/** Copies a text; says so for a moment. Works without https too, where the browser has no clipboard for pages. */
export function CopyButton({ text, word = 'Copy', label }: { text: string; word?: string; label?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), 2000)
    return () => clearTimeout(timer)
  }, [state])
  return (
    <button
      type="button"
      className="button"
      data-size="small"
      aria-label={state === 'idle' ? label : undefined}
      onClick={async () => setState((await copy(text)) ? 'copied' : 'refused')}
    >
      <Icon name={state === 'copied' ? 'check' : 'copy'} size={16} />
      <span aria-live="polite">{state === 'copied' ? 'Copied' : state === 'refused' ? 'Select it by hand' : word}</span>
    </button>
  )
}

async function copy(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // not allowed: the older way asks nobody
  }
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'visually-hidden'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}
