'use client'
import {
  createContext,
  type ReactNode,
  useContext,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Icon } from '../icons'
import styles from './api-docs.module.css'

type Search = { text: string; asked: string; ask: (text: string) => void }
const SearchContext = createContext<Search>({ text: '', asked: '', ask: () => {} })

/** What is sought in the operations below it. */
export function SearchedOperations({ children }: { children: ReactNode }) {
  const [text, ask] = useState('')
  const asked = useDeferredValue(text)
  const search = useMemo(() => ({ text, asked, ask }), [text, asked])
  return <SearchContext value={search}>{children}</SearchContext>
}

export function FindOperation() {
  const { text, ask } = useContext(SearchContext)
  return (
    <search className={styles.find}>
      <Icon name="search" size={16} />
      <input
        type="search"
        className="input"
        aria-label="Find an operation"
        placeholder="Address, word or field"
        value={text}
        onChange={(event) => ask(event.target.value)}
      />
    </search>
  )
}

/** One operation: shown while every word that is sought is in `text`, open when the address names it. */
export function Found({
  id,
  text,
  summary,
  children,
}: {
  id: string
  text: string
  summary: ReactNode
  children: ReactNode
}) {
  const { asked, ask } = useContext(SearchContext)
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const openIfMeant = () => {
      if (!details.current || window.location.hash !== `#${id}`) return
      ask('') // it may be hidden by what was sought
      details.current.open = true
      details.current.scrollIntoView()
    }
    openIfMeant()
    window.addEventListener('hashchange', openIfMeant)
    return () => window.removeEventListener('hashchange', openIfMeant)
  }, [id, ask])
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean)
  return (
    <details ref={details} id={id} className={styles.operation} hidden={!words.every((word) => text.includes(word))}>
      <summary className={styles.summary}>{summary}</summary>
      {children}
    </details>
  )
}
