'use client'
import { useEffect, useRef } from 'react'
import { type Status, statuses } from '@/lib/domain/status'
import { Icon } from '../icons'
import { stateWords } from '../state-words'
import { useFilters } from '../use-filters'
import styles from './device-filters.module.css'
import { type DeviceSearch, deviceHref } from './device-search'

/** Search and filters; each change is in the address, so that a list can be linked and gone back to. */
export function DeviceFilters({
  search,
  counts,
  sites,
  tags,
}: {
  search: DeviceSearch
  counts: Partial<Record<Status, number>>
  sites: { id: number; name: string }[]
  tags: string[]
}) {
  const { busy, go, clear } = useFilters(search, deviceHref)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const filtered = search.search || search.status || search.site !== undefined || search.tag
  return (
    <search className={styles.filters} data-busy={busy}>
      <div className={styles.ask}>
        <Icon name="search" size={16} />
        <input
          type="search"
          className="input"
          aria-label="Find by name, address or client"
          placeholder="Name, address or client"
          defaultValue={search.search}
          onChange={(event) => {
            const asked = event.target.value.trim() || undefined
            clearTimeout(timer.current)
            timer.current = setTimeout(() => go({ search: asked }), 180)
          }}
        />
      </div>
      <select
        className="input"
        aria-label="State"
        value={search.status ?? ''}
        onChange={(event) => go({ status: statuses.find((status) => status === event.target.value) })}
      >
        <option value="">State</option>
        {statuses
          .filter((status) => (counts[status] ?? 0) > 0 || search.status === status)
          .map((status) => (
            <option key={status} value={status}>
              {stateWords[status]} ({counts[status] ?? 0})
            </option>
          ))}
      </select>
      {sites.length > 0 && (
        <select
          className="input"
          aria-label="Site"
          value={search.site === null ? 'none' : (search.site ?? '')}
          onChange={({ target: { value } }) => go({ site: value === 'none' ? null : Number(value) || undefined })}
        >
          <option value="">Site</option>
          {search.site === null && <option value="none">No site</option>}
          {sites.map((site) => (
            <option key={site.id} value={site.id}>
              {site.name}
            </option>
          ))}
        </select>
      )}
      {tags.length > 0 && (
        <select
          className="input"
          aria-label="Tag"
          value={search.tag ?? ''}
          onChange={(event) => go({ tag: event.target.value || undefined })}
        >
          <option value="">Tag</option>
          {tags.map((tag) => (
            <option key={tag}>{tag}</option>
          ))}
        </select>
      )}
      {filtered && (
        <button type="button" className="button" data-kind="quiet" onClick={() => clear({})}>
          Clear
        </button>
      )}
    </search>
  )
}
