import { describe, expect, test } from 'vitest'
import { buildMapTree } from '@/lib/domain/map-graph'
import { findOnMap } from '@/lib/domain/map-search'
import { scene } from './map-scenes'

const { devices, sites, edges } = scene('Ridge-Router@Ridge', 'AP Ridge-1@Ridge', 'CPE1@Ridge', 'CPE2@Water')
const tree = buildMapTree(devices, sites, edges)
const found = (query: string, most = 8) =>
  findOnMap(tree, query, most).map(({ kind, index }) =>
    kind === 'site' ? `at ${tree.blocks[index]?.name}` : tree.devices[index]?.name,
  )

describe('findOnMap', () => {
  test('sites come before devices, what begins so before what holds it', () =>
    expect(found('ridge')).toEqual(['at Ridge', 'Ridge-Router', 'AP Ridge-1']))
  test('a client leads to its device', () => expect(found('client cpe2')).toEqual(['CPE2']))
  test('so does an address', () => expect(found('127.0.0.3')).toEqual(['CPE1']))
  test('no more than asked for', () => expect(found('ridge', 1)).toEqual(['at Ridge']))
  test('nothing asked is nothing found', () => expect(found('  ')).toEqual([]))
  test('nobody of that name is nobody', () => expect(found('nobody')).toEqual([]))
})
