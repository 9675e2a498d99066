import { describe, expect, test } from 'vitest'
import { buildMapTree } from '@/lib/domain/map-graph'
import { keysAbove, mapRows, openAtFirst } from '@/lib/domain/map-rows'
import { provider, type Scene, scene } from './map-scenes'

const treeOf = ({ devices, sites, edges }: Scene) => buildMapTree(devices, sites, edges)
const small = treeOf(scene('Core@Room', 'R1@Ridge < Core', 'AP1@Ridge < R1', 'CPE1@Ridge < AP1', 'CPE2@Ridge < AP1'))

const told = (tree: typeof small, open: Iterable<string>) =>
  mapRows(tree, new Set(open)).map(({ kind, index, level, place, of, open: isOpen }) => {
    const name = kind === 'site' ? tree.blocks[index]?.name : tree.devices[index]?.name
    return `${'  '.repeat(level - 1)}${isOpen === null ? ' ' : isOpen ? '-' : '+'}${name} ${place}/${of}`
  })

describe('mapRows', () => {
  test('nothing open: the sites that hang on nothing', () => expect(told(small, [])).toEqual(['+Room 1/1']))
  test('all of a small network is open at first: devices before the sites that hang on theirs', () =>
    expect(told(small, openAtFirst(small))).toEqual([
      '-Room 1/1',
      '   Core 1/2',
      '  -Ridge 2/2',
      '    -R1 1/1',
      '      -AP1 1/1',
      '         CPE1 1/2',
      '         CPE2 2/2',
    ]))
  test('of a large one the sites alone', () => {
    const tree = treeOf(provider({ towers: 10, aps: 3, cpes: () => 10 }))
    expect(mapRows(tree, openAtFirst(tree))).toHaveLength(2 + 10 + 10)
  })
  test('with everything open every device and site is there once', () => {
    const tree = treeOf(provider({ towers: 10, aps: 3, cpes: () => 10 }))
    const all = [...tree.devices.map(({ id }) => `d${id}`), ...tree.blocks.map(({ siteId }) => `s${siteId ?? 0}`)]
    const keys = mapRows(tree, new Set(all)).map(({ key }) => key)
    expect(keys.toSorted()).toEqual(all.toSorted())
  })
  test('what is above a device is what must be open for it to be seen', () => {
    const open = new Set<string>(keysAbove(small, { kind: 'device', index: 4 }))
    expect(told(small, open).at(-1)).toContain('CPE2')
    for (const key of open) {
      expect(
        told(
          small,
          [...open].filter((one) => one !== key),
        ).join(),
      ).not.toContain('CPE2')
    }
  })
})
