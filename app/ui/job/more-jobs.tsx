'use client'
import Link from 'next/link'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type JobSearch, jobHref } from './job-search'
import styles from './job-table.module.css'
import { moreJobs } from './more-rows'

const byItself = 9 // pages; who wants more says so, as a phone holds only so many rows

/** Loads the next rows as the end of the list comes into sight; without a script it is a link to them. */
export function MoreJobs({ search, cursor, columns }: { search: JobSearch; cursor: string; columns: number }) {
  const [pages, setPages] = useState<React.ReactNode[]>([])
  const [next, setNext] = useState<string | null>(cursor)
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle')
  const end = useRef<HTMLTableRowElement>(null)
  const load = useCallback(async () => {
    if (next === null || state === 'loading') return
    setState('loading')
    try {
      const page = await moreJobs({ ...search, cursor: next })
      setPages((known) => [...known, page.rows])
      setNext(page.next)
      setState('idle')
    } catch {
      setState('failed')
    }
  }, [search, next, state])
  useEffect(() => {
    const row = end.current
    if (!row || state !== 'idle' || pages.length >= byItself) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void load(), {
      rootMargin: '800px',
    })
    observer.observe(row)
    return () => observer.disconnect()
  }, [load, state, pages.length])
  return (
    <>
      {pages}
      {next !== null && (
        <tr ref={end}>
          <td colSpan={columns} className={styles.more}>
            <Link
              href={jobHref({ ...search, cursor: next })}
              className="button"
              data-size="small"
              onClick={(event) => {
                event.preventDefault()
                void load()
              }}
            >
              {state === 'loading' ? 'Reading on' : state === 'failed' ? 'No answer: try again' : 'Show more'}
            </Link>
          </td>
        </tr>
      )}
    </>
  )
}
