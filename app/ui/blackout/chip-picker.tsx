'use client'
import { useId, useRef, useState } from 'react'
import { Icon } from '../icons'
import styles from './chip-picker.module.css'

export type Chip = { value: string; word: string; detail?: string }

/** Several things picked by name: each a chip, and a field of the form. `find` answers what fits what is typed. */
export function ChipPicker({
  name,
  label,
  hint,
  chosen,
  find,
  onChange,
  placeholder,
}: {
  name: string
  label: string
  hint?: string
  chosen: Chip[]
  find: (query: string) => Promise<Chip[]> | Chip[]
  onChange: (chips: Chip[]) => void
  placeholder?: string
}) {
  const id = useId()
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<Chip[]>([])
  const [marked, setMarked] = useState(0)
  const asked = useRef('')
  const ask = async (text: string) => {
    setQuery(text)
    asked.current = text
    const answer = await find(text.trim())
    if (asked.current !== text) return
    setFound(answer.filter((one) => !chosen.some((chip) => chip.value === one.value)).slice(0, 8))
    setMarked(0)
  }
  const add = (chip: Chip | undefined) => {
    if (!chip) return
    onChange([...chosen, chip])
    setQuery('')
    setFound([])
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className={styles.box}>
        {chosen.map((chip) => (
          <span key={chip.value} className={styles.chip}>
            <input type="hidden" name={name} value={chip.value} />
            {chip.word}
            <button
              type="button"
              aria-label={`Take off ${chip.word}`}
              onClick={() => onChange(chosen.filter((one) => one !== chip))}
            >
              <Icon name="close" size={12} />
            </button>
          </span>
        ))}
        <input
          id={id}
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-found`}
          aria-activedescendant={found[marked] ? `${id}-${marked}` : undefined}
          aria-describedby={hint ? `${id}-hint` : undefined}
          value={query}
          placeholder={chosen.length === 0 ? placeholder : undefined}
          onChange={(event) => void ask(event.target.value)}
          onFocus={(event) => void ask(event.target.value)}
          onBlur={() => setFound([])}
          autoComplete="off"
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setMarked(Math.min(found.length - 1, marked + 1))
            else if (event.key === 'ArrowUp') setMarked(Math.max(0, marked - 1))
            else if (event.key === 'Enter' && found.length > 0) add(found[marked])
            else if (event.key === 'Escape' && found.length > 0) setFound([])
            else if (event.key === 'Backspace' && query === '' && chosen.length > 0) onChange(chosen.slice(0, -1))
            else return
            event.preventDefault()
            event.stopPropagation()
          }}
        />
      </div>
      <div
        id={`${id}-found`}
        role="listbox"
        aria-label={`Found for ${label}`}
        className={styles.found}
        hidden={found.length === 0}
      >
        {found.map((chip, i) => (
          <button
            key={chip.value}
            id={`${id}-${i}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={i === marked}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setMarked(i)}
            onClick={() => add(chip)}
          >
            <span className="clip">{chip.word}</span>
            {chip.detail && <span className="muted">{chip.detail}</span>}
          </button>
        ))}
      </div>
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  )
}
