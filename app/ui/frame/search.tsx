'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../icons'
import { StateMark } from '../state-mark'
import { findEverywhere } from './find-everywhere'
import type { Finding } from './finding'
import { searchablePages } from './pages'
import styles from './search.module.css'

/** `/` or Ctrl-K from anywhere: devices by name or address, incidents, pages. */
export function Search() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && event.target.matches('input, textarea, select, [contenteditable]')
      const asked = (event.key === '/' && !typing) || (event.key === 'k' && (event.ctrlKey || event.metaKey))
      if (!asked) return
      event.preventDefault()
      setOpen(true)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  useEffect(() => {
    if (open) dialog.current?.showModal()
  }, [open])
  return (
    <>
      <button
        type="button"
        className={styles.opener}
        onClick={() => setOpen(true)}
        aria-label="Search"
        aria-keyshortcuts="/ Control+K"
      >
        <Icon name="search" />
        <span className={styles.openerWord}>Search</span>
        <kbd className={styles.key}>/</kbd>
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the box closes it; Escape does so by itself */}
      <dialog
        ref={dialog}
        className={styles.dialog}
        aria-label="Search"
        onClose={() => setOpen(false)}
        onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
      >
        {open && <Finder close={() => dialog.current?.close()} />}
      </dialog>
    </>
  )
}

const pagesFor = (query: string): Finding[] =>
  searchablePages
    .filter((page) => page.name.toLowerCase().includes(query.toLowerCase()))
    .slice(0, query ? 4 : 8)
    .map((page) => ({ kind: 'page', href: page.href, name: page.name, detail: '', icon: page.icon }))

function Finder({ close }: { close: () => void }) {
  const router = useRouter()
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<{ of: string; items: Finding[]; failed?: boolean }>({ of: '', items: [] })
  const [marked, setMarked] = useState(0)
  useEffect(() => {
    const asked = query.trim()
    if (!asked) return setFound({ of: '', items: [] })
    let current = true
    const timer = setTimeout(async () => {
      const items = await findEverywhere(asked).catch(() => null)
      if (!current) return
      setFound({ of: asked, items: items ?? [], failed: items === null })
      setMarked(0)
    }, 90)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [query])
  const items = [...found.items, ...pagesFor(query.trim())]
  const go = (item: Finding | undefined) => {
    if (!item) return
    close()
    router.push(item.href)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setMarked((i) => Math.min(items.length - 1, i + 1))
    else if (event.key === 'ArrowUp') setMarked((i) => Math.max(0, i - 1))
    else if (event.key === 'Enter') go(items[marked])
    else return
    event.preventDefault()
  }
  const waiting = query.trim() !== found.of
  return (
    <div className={styles.finder}>
      <div className={styles.ask}>
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the box was asked for by a key, to type in
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="findings"
          aria-activedescendant={items[marked] ? `finding-${marked}` : undefined}
          aria-label="Find a device, a job, an incident or a page"
          placeholder="Find a device, a job, an incident or a page"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onKeyDown}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <div id="findings" role="listbox" aria-label="Findings" className={styles.findings}>
        {items.map((item, i) => (
          <button
            key={`${item.href}${item.name}`}
            id={`finding-${i}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={i === marked}
            className={styles.finding}
            onPointerMove={() => setMarked(i)}
            onClick={() => go(item)}
          >
            <span className={styles.findingMark}>
              {item.status ? (
                <StateMark status={item.status} word={false} />
              ) : (
                <Icon name={item.icon ?? 'open'} size={16} />
              )}
            </span>
            <span className="clip">{item.name}</span>
            <span className={`${styles.detail} clip`}>{item.detail}</span>
          </button>
        ))}
      </div>
      {items.length === 0 && !waiting && (
        <p className={styles.none}>
          {found.failed ? 'The search could not be asked: not connected.' : `Nothing is called “${query.trim()}”.`}
        </p>
      )}
    </div>
  )
}
