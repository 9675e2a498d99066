import type { MapTree } from './map-graph'

/** A line of the list: the same tree as drawn. level, place: from 1; place among `of` on its level. */
export type MapRow = {
  key: string
  kind: 'site' | 'device'
  index: number
  level: number
  place: number
  of: number
  open: boolean | null // null: has nothing below
}

export const siteKey = (siteId: number | null) => `s${siteId ?? 0}`
export const deviceKey = (id: number) => `d${id}`

type Item = { kind: 'site' | 'device'; index: number }

/** The lines that are seen when `open` are open, from top to bottom: a site's devices, then the sites that hang on it. */
export function mapRows(tree: MapTree, open: ReadonlySet<string>): MapRow[] {
  const rows: MapRow[] = []
  const tops = tree.blocks.flatMap(({ parent }, index): Item[] => (parent < 0 ? [{ kind: 'site', index }] : []))
  const stack = listed(tops, 1)
  for (let next = stack.pop(); next; next = stack.pop()) {
    const below = itemsBelow(tree, next)
    const key = keyOf(tree, next)
    const isOpen = below.length > 0 ? open.has(key) : null
    rows.push({ ...next, key, open: isOpen })
    if (isOpen) stack.push(...listed(below, next.level + 1))
  }
  return rows
}

/** Siblings with their places, the last one first, as a stack takes them. */
const listed = (items: readonly Item[], level: number) =>
  items.map((item, i) => ({ ...item, level, place: i + 1, of: items.length })).reverse()

function itemsBelow({ blocks, children }: MapTree, { kind, index }: Item): Item[] {
  const device = (i: number): Item => ({ kind: 'device', index: i })
  if (kind === 'device') return (children[index] ?? []).map(device)
  const block = blocks[index]
  return [
    ...(block?.roots ?? []).map(device),
    ...(block?.children ?? []).map((i): Item => ({ kind: 'site', index: i })),
  ]
}

const keyOf = ({ blocks, devices }: MapTree, { kind, index }: Item): string =>
  kind === 'site' ? siteKey(blocks[index]?.siteId ?? null) : deviceKey(devices[index]?.id ?? 0)

/** The keys of everything above a device or site, which must be open for its line to be seen. */
export function keysAbove(tree: MapTree, item: Item): string[] {
  const keys: string[] = []
  let block = item.index
  if (item.kind === 'device') {
    block = tree.block[item.index] ?? -1
    for (let up = tree.parent[item.index] ?? -1; up >= 0 && tree.block[up] === block; up = tree.parent[up] ?? -1)
      keys.push(keyOf(tree, { kind: 'device', index: up }))
  } else block = tree.blocks[item.index]?.parent ?? -1
  for (; block >= 0; block = tree.blocks[block]?.parent ?? -1) keys.push(keyOf(tree, { kind: 'site', index: block }))
  return keys
}

const fewAtOnce = 60

/** What is open at first: everything of a small network; else every site, unless too much hangs in it loose. */
export function openAtFirst(tree: MapTree): Set<string> {
  const open = new Set<string>()
  tree.blocks.forEach((block, index) => {
    if (block.roots.length <= fewAtOnce) open.add(keyOf(tree, { kind: 'site', index }))
  })
  if (tree.devices.length > fewAtOnce) return open
  for (const { id } of tree.devices) open.add(deviceKey(id))
  return open
}
