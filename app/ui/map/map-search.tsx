'use client'
import { useId, useMemo, useState } from 'react'
import type { Picked } from '@/lib/domain/map-pick'
import { findOnMap } from '@/lib/domain/map-search'
import { Icon } from '../icons'
import { StateMark } from '../state-mark'
import styles from './map.module.css'
import type { LiveStates } from './states'
import type { Network } from './use-network'

const mostFound = 8

/** Finds a site, or a device by its name, address or client, and flies there. */
export function MapSearch({
  network,
  states,
  onFound,
}: {
  network: Network
  states: LiveStates
  onFound: (found: Picked) => void
}) {
  const id = useId()
  const [query, setQuery] = useState('')
  const [marked, setMarked] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const found = useMemo(() => findOnMap(network.tree, query, mostFound), [network, query])
  const isShown = isOpen && query.trim() !== ''
  const go = (one: Picked | undefined) => {
    if (!one) return
    setOpen(false)
    onFound(one)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setMarked((i) => Math.min(found.length - 1, i + 1))
    else if (event.key === 'ArrowUp') setMarked((i) => Math.max(0, i - 1))
    else if (event.key === 'Enter') go(found[marked])
    else if (event.key === 'Escape' && isShown) setOpen(false)
    else return
    event.preventDefault()
  }
  return (
    <search className={styles.search}>
      <Icon name="search" size={16} />
      <input
        className="input"
        type="search"
        role="combobox"
        aria-label="Find on the map"
        placeholder="Find on the map"
        aria-expanded={isShown && found.length > 0}
        aria-controls={`${id}-found`}
        aria-activedescendant={isShown && found[marked] ? `${id}-${marked}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setMarked(0)
          setOpen(true)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-found`} role="listbox" aria-label="Found" className={styles.found} hidden={!isShown}>
        {isShown &&
          found.map((one, i) => (
            <div
              key={`${one.kind}${one.index}`}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === marked}
              onPointerMove={() => setMarked(i)}
              onPointerDown={(event) => {
                event.preventDefault() // the focus stays in the box
                go(one)
              }}
            >
              <FoundWords network={network} states={states} one={one} />
            </div>
          ))}
      </div>
      {isShown && found.length === 0 && <p className={styles.none}>Nothing on the map is called “{query.trim()}”.</p>}
    </search>
  )
}

function FoundWords({
  network: { tree, siteNames },
  states,
  one,
}: {
  network: Network
  states: LiveStates
  one: Picked
}) {
  const device = one.kind === 'device' ? tree.devices[one.index] : undefined
  if (!device)
    return (
      <>
        <Icon name="site" size={16} />
        <span className="clip">{tree.blocks[one.index]?.name}</span>
        <span className="muted">site</span>
      </>
    )
  return (
    <>
      <StateMark status={states.of(one.index)} word={false} />
      <span className="clip">{device.name}</span>
      <span className="muted clip">{device.client ?? siteNames.get(device.siteId ?? 0) ?? device.address}</span>
    </>
  )
}
