'use client'
import { useEffect, useRef } from 'react'
import { type ClientFilter, clientFilters } from '@/lib/domain/client-state'
import styles from '../device/device-filters.module.css'
import { Icon } from '../icons'
import { useFilters } from '../use-filters'
import { type ClientSearch, clientHref } from './client-search'
import { filterWords } from './client-words'

/** Search and filters; each change is in the address, so that a list can be linked and gone back to. */
export function ClientFilters({
  search,
  counts,
  sites,
}: {
  search: ClientSearch
  counts: Partial<Record<ClientFilter, number>>
  sites: { id: number; name: string }[]
}) {
  const { busy, go, clear } = useFilters(search, clientHref)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const filtered = search.search || search.state || search.site || search.archived
  return (
    <search className={styles.filters} data-busy={busy}>
      <div className={styles.ask}>
        <Icon name="search" size={16} />
        <input
          type="search"
          className="input"
          aria-label="Find by name, number, e-mail or phone"
          placeholder="Name, number, e-mail or phone"
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
        value={search.state ?? ''}
        onChange={(event) => go({ state: clientFilters.find((state) => state === event.target.value) })}
      >
        <option value="">State</option>
        {clientFilters
          .filter((state) => (counts[state] ?? 0) > 0 || search.state === state)
          .map((state) => (
            <option key={state} value={state}>
              {filterWords[state]} ({counts[state] ?? 0})
            </option>
          ))}
      </select>
      {sites.length > 0 && (
        <select
          className="input"
          aria-label="Site"
          value={search.site ?? ''}
          onChange={({ target: { value } }) => go({ site: Number(value) || undefined })}
        >
          <option value="">Site</option>
          {sites.map((site) => (
            <option key={site.id} value={site.id}>
              {site.name}
            </option>
          ))}
        </select>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={search.archived ?? false}
          onChange={(event) => go({ archived: event.target.checked || undefined })}
        />
        Have left
      </label>
      {filtered && (
        <button
          type="button"
          className="button"
          data-kind="quiet"
          onClick={() => clear(search.incident ? { incident: search.incident } : {})}
        >
          Clear
        </button>
      )}
    </search>
  )
}
