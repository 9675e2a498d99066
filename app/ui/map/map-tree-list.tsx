'use client'
import { memo, useEffect, useMemo, useRef, useState } from 'react'
import type { Picked } from '@/lib/domain/map-pick'
import { keysAbove, type MapRow, mapRows, openAtFirst } from '@/lib/domain/map-rows'
import { Icon } from '../icons'
import { roleWords } from '../role-words'
import { StateShape } from '../state-mark'
import { stateWords } from '../state-words'
import styles from './map.module.css'
import { counted } from './map-words'
import { darkInBlocks } from './now'
import type { LiveStates } from './states'
import { useStateOf, useVersion } from './use-map-states'
import type { Network } from './use-network'

type Props = { network: Network; states: LiveStates; picked: Picked | null; onPick: (picked: Picked) => void }

/** The map as a tree list: the same sites and devices, by keyboard and for screen readers. */
export function MapTreeList({ network, states, picked, onPick }: Props) {
  const { tree } = network
  const [open, setOpen] = useState<ReadonlySet<string>>(() => openAtFirst(tree))
  const rows = useMemo(() => mapRows(tree, open), [tree, open])
  const [focused, setFocused] = useState<string | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  const pickedRow = rows.find(({ kind, index }) => picked?.kind === kind && picked.index === index)
  const stop = rows.find(({ key }) => key === focused)?.key ?? pickedRow?.key ?? rows[0]?.key

  // What is picked on the map is opened and seen in the list.
  useEffect(() => {
    if (!picked) return
    const above = keysAbove(tree, picked)
    setOpen((known) => (above.every((key) => known.has(key)) ? known : new Set([...known, ...above])))
  }, [tree, picked])
  const pickedKey = pickedRow?.key
  useEffect(() => {
    if (!pickedKey) return
    setFocused(pickedKey)
    list.current?.querySelector(`[data-key="${pickedKey}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [pickedKey])

  const toggle = (key: string) =>
    setOpen((known) => {
      const next = new Set(known)
      if (!next.delete(key)) next.add(key)
      return next
    })
  const focus = (row: MapRow | undefined) => {
    if (!row) return
    setFocused(row.key)
    const element = list.current?.querySelector<HTMLElement>(`[data-key="${row.key}"]`)
    element?.focus()
    element?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = rows.findIndex(({ key }) => key === stop)
    const row = rows[at]
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return
    const above = () => rows.slice(0, at).findLast(({ level }) => level < row.level)
    const nameOf = (one: MapRow) => (one.kind === 'site' ? tree.blocks[one.index] : tree.devices[one.index])?.name ?? ''
    if (event.key === 'ArrowDown') focus(rows[at + 1])
    else if (event.key === 'ArrowUp') focus(rows[at - 1])
    else if (event.key === 'Home') focus(rows[0])
    else if (event.key === 'End') focus(rows.at(-1))
    else if (event.key === 'ArrowRight') row.open === false ? toggle(row.key) : row.open && focus(rows[at + 1])
    else if (event.key === 'ArrowLeft') row.open ? toggle(row.key) : focus(above())
    else if (event.key === 'Enter' || event.key === ' ') onPick(row)
    else if (event.key === '*') {
      const siblings = rows.filter(({ level, open: isOpen }) => level === row.level && isOpen === false)
      setOpen((known) => new Set([...known, ...siblings.map(({ key }) => key)]))
    } else if (event.key.length === 1) {
      const now = Date.now()
      const text = (now - typed.current.at < 700 ? typed.current.text : '') + event.key.toLowerCase()
      typed.current = { text, at: now }
      const from = text.length > 1 ? at : at + 1
      focus([...rows.slice(from), ...rows.slice(0, from)].find((one) => nameOf(one).toLowerCase().startsWith(text)))
    } else return
    event.preventDefault()
    event.stopPropagation() // a letter looks for a name here, and is nobody's shortcut
  }
  return (
    <section className={styles.list} aria-label="List">
      <div ref={list} role="tree" aria-label="The network by sites" className={styles.tree} onKeyDown={onKeyDown}>
        {rows.map((row) => (
          <Row
            key={row.key}
            row={row}
            network={network}
            states={states}
            isStop={row.key === stop}
            isPicked={row.key === pickedKey}
            toggle={toggle}
            onPick={onPick}
          />
        ))}
      </div>
    </section>
  )
}

type RowProps = {
  row: MapRow
  network: Network
  states: LiveStates
  isStop: boolean
  isPicked: boolean
  toggle: (key: string) => void
  onPick: (picked: Picked) => void
}

const sameRow = (a: RowProps, b: RowProps) =>
  a.network === b.network &&
  a.states === b.states &&
  a.isStop === b.isStop &&
  a.isPicked === b.isPicked &&
  a.row.key === b.row.key &&
  a.row.open === b.row.open &&
  a.row.level === b.row.level &&
  a.row.place === b.row.place &&
  a.row.of === b.row.of

const Row = memo(function Row(props: RowProps) {
  return props.row.kind === 'site' ? <SiteRow {...props} /> : <DeviceRow {...props} />
}, sameRow)

function SiteRow(props: RowProps) {
  const { row, network, states } = props
  useVersion(states)
  const block = network.tree.blocks[row.index]
  const dark = darkOf(network, states)[row.index] ?? 0
  const count = counted(block?.devices ?? 0, 'device')
  return (
    <Item {...props} label={`${block?.name}, site, ${count}${dark > 0 ? `, ${dark} dark` : ''}`}>
      <Icon name="site" size={14} />
      <span className={`clip ${styles.siteName}`}>{block?.name}</span>
      {dark > 0 && (
        <span className={styles.darkCount}>
          <StateShape status="down" size={12} />
          {dark}
        </span>
      )}
      <span className={`muted ${styles.total}`}>{block?.devices}</span>
    </Item>
  )
}

// Counted once a version for all rows of sites.
const counts = new WeakMap<LiveStates, { version: number; dark: number[] }>()
function darkOf({ tree }: Network, states: LiveStates): number[] {
  const known = counts.get(states)
  if (known?.version === states.version()) return known.dark
  const dark = darkInBlocks(tree, states)
  counts.set(states, { version: states.version(), dark })
  return dark
}

function DeviceRow(props: RowProps) {
  const { row, network, states } = props
  const { tree } = network
  const status = useStateOf(states, row.index)
  const device = tree.devices[row.index]
  const below = tree.children[row.index]?.length ?? 0
  const others = (tree.ups[row.index] ?? []).filter((up) => up !== tree.parent[row.index])
  const also = others.map((up) => tree.devices[up]?.name).join(', ')
  const label = [
    device?.name,
    device && roleWords[device.role],
    stateWords[status],
    device?.client,
    below > 0 && `${below} below it`,
    also && `also on ${also}`,
  ]
  return (
    <Item {...props} label={label.filter(Boolean).join(', ')}>
      <StateShape status={status} size={12} />
      <span className="clip">{device?.name}</span>
      <span className={`muted clip ${styles.client}`}>{also ? `also on ${also}` : device?.client}</span>
      {below > 0 && <span className={`muted ${styles.total}`}>{below}</span>}
    </Item>
  )
}

const indentPx = 14

function Item({
  row,
  isStop,
  isPicked,
  toggle,
  onPick,
  label,
  children,
}: RowProps & { label: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys of all its items
    <div
      role="treeitem"
      aria-level={row.level}
      aria-setsize={row.of}
      aria-posinset={row.place}
      aria-expanded={row.open ?? undefined}
      aria-selected={isPicked}
      aria-label={label}
      tabIndex={isStop ? 0 : -1}
      data-key={row.key}
      className={styles.item}
      style={{ paddingInlineStart: 4 + Math.min(row.level - 1, 12) * indentPx }}
      onClick={() => onPick({ kind: row.kind, index: row.index })}
    >
      <span
        className={styles.twisty}
        data-open={row.open ?? undefined}
        aria-hidden="true"
        onClick={(event) => {
          if (row.open === null) return
          event.stopPropagation()
          toggle(row.key)
        }}
      >
        {row.open !== null && <Icon name="right" size={12} />}
      </span>
      {children}
    </div>
  )
}
