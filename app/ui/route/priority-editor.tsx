'use client'
import { useId, useRef, useState } from 'react'
import type { PriorityFault } from '@/lib/domain/priority'
import { type Completion, type Completions, completionsAt, type KnownNames } from '@/lib/domain/priority-completion'
import styles from './priority-editor.module.css'

const none: Completions = { from: 0, to: 0, items: [], unasked: false }

/** An expression as it is typed: what is wrong is marked at its place, what fits comes below, taken by key or by a press. */
export function PriorityEditor({
  text,
  fault,
  known,
  onChange,
}: {
  text: string
  fault: PriorityFault | null
  known: KnownNames
  onChange: (text: string) => void
}) {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [found, setFound] = useState(none)
  const [marked, setMarked] = useState(0)
  const offer = (value: string, caret: number, isAsked: boolean) => {
    const next = completionsAt(value, caret, known)
    setFound(isAsked || next.unasked ? next : none)
    setMarked(0)
  }
  const take = (item: Completion | undefined) => {
    const element = area.current
    if (!item || !element) return
    element.focus()
    element.setSelectionRange(found.from, found.to)
    // So that undo takes it back; where that is refused the text is set as a whole.
    if (!document.execCommand('insertText', false, item.insert))
      onChange(`${text.slice(0, found.from)}${item.insert}${text.slice(found.to)}`)
    setFound(none)
  }
  const isOpen = found.items.length > 0
  return (
    <div className="field">
      <label htmlFor={id}>Expression</label>
      <div className={styles.editor} data-invalid={fault !== null || undefined}>
        <pre className={styles.mirror} aria-hidden="true">
          {marks(text, fault)}
          {'\n'}
        </pre>
        <textarea
          ref={area}
          id={id}
          name="expression"
          className={styles.area}
          value={text}
          rows={1}
          maxLength={2_000}
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          autoComplete="off"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={`${id}-found`}
          aria-activedescendant={isOpen ? `${id}-${marked}` : undefined}
          aria-invalid={fault !== null}
          aria-describedby={`${id}-fault ${id}-hint`}
          onChange={(event) => {
            onChange(event.target.value)
            offer(event.target.value, event.target.selectionEnd, false)
          }}
          onBlur={() => setFound(none)}
          onClick={() => setFound(none)}
          onKeyDown={(event) => {
            const isAsking = event.key === ' ' && event.ctrlKey
            if (isAsking) offer(text, event.currentTarget.selectionEnd, true)
            else if (!isOpen) return
            else if (event.key === 'ArrowDown') setMarked((marked + 1) % found.items.length)
            else if (event.key === 'ArrowUp') setMarked((marked + found.items.length - 1) % found.items.length)
            else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) take(found.items[marked])
            else if (event.key === 'Escape') setFound(none)
            else {
              if (/^(Arrow(Left|Right)|Home|End)$/.test(event.key)) setFound(none)
              return
            }
            event.preventDefault()
          }}
        />
      </div>
      <div id={`${id}-found`} role="listbox" aria-label="What fits here" className={styles.found} hidden={!isOpen}>
        {found.items.map((item, i) => (
          <button
            key={item.insert}
            id={`${id}-${i}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={i === marked}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setMarked(i)}
            onClick={() => take(item)}
          >
            <code>{item.label}</code>
            <span className={styles.type}>{item.type}</span>
            <span className="muted clip">{item.description}</span>
          </button>
        ))}
      </div>
      <div id={`${id}-fault`} aria-live="polite" className={styles.fault}>
        {fault && (
          <p className="problem">
            Line {fault.line}, column {fault.column}: {fault.message}.
          </p>
        )}
      </div>
      <p id={`${id}-hint`} className="hint">
        A <a href="https://cel.dev">CEL</a> expression that gives "critical", "normal" or "low". As you type, the arrow
        keys and Enter take what fits; Ctrl and Space ask for it.
      </p>
    </div>
  )
}

/** The text with the place of a mistake marked; a mistake at a place without a letter has one to be seen at. */
function marks(text: string, fault: PriorityFault | null) {
  if (!fault) return text
  const start = Math.min(fault.start, text.length)
  const end = Math.max(start, Math.min(fault.end, text.length))
  return (
    <>
      {text.slice(0, start)}
      <mark data-empty={start === end || undefined}>{start === end ? ' ' : text.slice(start, end)}</mark>
      {text.slice(start === end && /^[^\n]/.test(text.slice(end)) ? end + 1 : end)}
    </>
  )
}
