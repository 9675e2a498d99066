'use client'
import { useEffect, useRef } from 'react'
import type { JobStatus } from '@/lib/store/jobs'
import { Icon } from '../icons'
import { stateWords } from '../state-words'
import { useFilters } from '../use-filters'
import styles from './job-filters.module.css'
import { type JobSearch, jobHref, jobStates } from './job-search'

/** Search and filters; each change is in the address, so that a list can be linked and gone back to. */
export function JobFilters({
  search,
  counts,
  tags,
}: {
  search: JobSearch
  counts: Partial<Record<JobStatus, number>>
  tags: { tag: string; count: number }[]
}) {
  const { busy, go, clear } = useFilters(search, jobHref)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <search className={styles.filters} data-busy={busy}>
      <div className={styles.ask}>
        <Icon name="search" size={16} />
        <input
          type="search"
          className="input"
          aria-label="Find by name or code"
          placeholder="Name or code"
          defaultValue={search.search}
          onChange={(event) => {
            const text = event.target.value.trim() || undefined
            clearTimeout(timer.current)
            timer.current = setTimeout(() => go({ search: text }), 180)
          }}
        />
      </div>
      <select
        className="input"
        aria-label="State"
        value={search.status ?? ''}
        onChange={(event) => go({ status: jobStates.find((status) => status === event.target.value) })}
      >
        <option value="">State</option>
        {jobStates
          .filter((status) => (counts[status] ?? 0) > 0 || search.status === status)
          .map((status) => (
            <option key={status} value={status}>
              {stateWords[status]} ({counts[status] ?? 0})
            </option>
          ))}
      </select>
      {(tags.length > 0 || search.tag) && (
        <select
          className="input"
          aria-label="Tag"
          value={search.tag ?? ''}
          onChange={(event) => go({ tag: event.target.value || undefined })}
        >
          <option value="">Tag</option>
          {search.tag && !tags.some(({ tag }) => tag === search.tag) && <option>{search.tag}</option>}
          {tags.map(({ tag, count }) => (
            <option key={tag} value={tag}>
              {tag} ({count})
            </option>
          ))}
        </select>
      )}
      {(search.search || search.status || search.tag) && (
        <button type="button" className="button" data-kind="quiet" onClick={() => clear({})}>
          Clear
        </button>
      )}
    </search>
  )
}
