import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sourceMembers } from '@/lib/domain/graph-sources'
import { buildMapTree, type MapDevice } from '@/lib/domain/map-graph'
import { edge, type Scene, scene } from './map-scenes'

const treeOf = ({ devices, sites, edges }: Scene) => buildMapTree(devices, sites, edges)

/** "AP < Router" for every device; "Ridge < Data room" for every site. */
function told(of: Scene) {
  const tree = treeOf(of)
  const name = (i: number | undefined) => tree.devices[i ?? -1]?.name
  const devices = tree.devices.map((one, i) => {
    const above = name(tree.parent[i])
    return above ? `${one.name} < ${above}` : one.name
  })
  const sites = tree.blocks.map((one) => {
    const above = tree.blocks[one.parent]?.name
    return `${one.name} (${one.devices})${above ? ` < ${above}` : ''}`
  })
  const extras = tree.extras.map(({ lower, upper }) => `${name(lower)} < ${name(upper)}`)
  return { devices, sites, extras }
}

describe('buildMapTree', () => {
  test('sites hang on one another as their topmost devices do', () => {
    const { sites, extras } = told(
      scene('Core@Room', 'R1@Ridge < Core', 'AP1@Ridge < R1', 'CPE1@Ridge < AP1', 'R2@Water < R1', 'AP2@Water < R2'),
    )
    expect(sites).toEqual(['Room (1)', 'Ridge (3) < Room', 'Water (2) < Ridge'])
    expect(extras).toEqual([])
  })
  test('of two ways up the shorter one makes the tree, and the other one is drawn besides', () => {
    const { devices, extras } = told(scene('Core@Room', 'R1@A < Core', 'R2@B < R1, Core'))
    expect(devices).toEqual(['Core', 'R1 < Core', 'R2 < Core'])
    expect(extras).toEqual(['R2 < R1'])
  })
  test('the surer edge goes before the shorter way', () => {
    const one = scene('Core', 'AP < Core', 'CPE < AP')
    const { devices, extras } = told({ ...one, edges: [edge(2, 1), edge(3, 2, 0.9), edge(3, 1, 0.3)] })
    expect(devices).toEqual(['Core', 'AP < Core', 'CPE < AP'])
    expect(extras).toEqual(['CPE < Core'])
  })
  test('a circle is left by the one nearest to the beginning', () => {
    const one = scene('Core', 'A', 'B')
    const { devices } = told({ ...one, edges: [edge(2, 3), edge(3, 2), edge(2, 1, 0.1)] })
    expect(devices).toEqual(['Core', 'A < Core', 'B < A'])
  })
  test('of a circle that hangs on nothing the first one begins', () => {
    expect(told(scene('A < C', 'B < A', 'C < B', 'D < C')).devices).toEqual(['A', 'B < A', 'C < B', 'D < C'])
  })
  test('a device without a site is drawn at the site that it hangs on', () => {
    expect(told(scene('R@Ridge', 'CPE1 < R', 'CPE2 < CPE1', 'Lone')).sites).toEqual(['Ridge (3)', 'No site (1)'])
  })
  test("a client's own site of a few devices is drawn where its CPE hangs", () => {
    const lines = ['R@Ridge', 'AP@Ridge < R', 'CPE1@Acme < AP', 'Router@Acme < CPE1', 'CPE2@Other < AP']
    expect(told(scene(...lines)).sites).toEqual(['Ridge (5)'])
    const relay = [...lines, 'CPE3@Third < Router']
    expect(told(scene(...relay)).sites).toEqual(['Ridge (3)', 'Acme (3) < Ridge'])
  })
  test('an edge to nobody, to itself or given twice is left out', () => {
    const one = scene('A', 'B < A')
    expect(told({ ...one, edges: [...one.edges, ...one.edges, edge(1, 1), edge(1, 99), edge(99, 1)] }).extras).toEqual(
      [],
    )
  })

  const anyScene = fc
    .record({
      sites: fc.array(fc.option(fc.nat(3), { nil: null }), { minLength: 1, maxLength: 14 }),
      edges: fc.array(fc.tuple(fc.nat(13), fc.nat(13), fc.integer({ min: 1, max: 3 })), { maxLength: 30 }),
      roles: fc.array(fc.constantFrom<MapDevice['role']>('cpe', 'ap', 'router'), { minLength: 14, maxLength: 14 }),
    })
    .map(
      ({ sites, edges, roles }): Scene => ({
        devices: sites.map((site, i) => ({
          id: i + 1,
          name: `D${i}`,
          address: '',
          role: roles[i] ?? 'cpe',
          siteId: site,
          client: null,
          clientId: null,
        })),
        sites: [1, 2, 3].map((id) => ({ id, name: `S${id}` })),
        edges: edges.map(([lower, upper, sure]) => edge(lower + 1, upper + 1, sure / 3)),
      }),
    )

  test('whatever the edges: every device once, only over edges that are there, never in a circle', () => {
    fc.assert(
      fc.property(anyScene, (of) => {
        const tree = treeOf(of)
        const listed = [...tree.blocks.flatMap(({ roots }) => roots), ...tree.children.flat()]
        expect(listed.sort((a, b) => a - b)).toEqual(of.devices.map((_, i) => i))
        of.devices.forEach((_, i) => {
          let steps = 0
          for (let up = tree.parent[i] ?? -1; up >= 0; up = tree.parent[up] ?? -1) steps++
          expect(steps).toBe(tree.depth[i])
          const up = tree.parent[i] ?? -1
          if (up >= 0) expect(tree.ups[i]).toContain(up)
          else expect(tree.sources[i]).toBe(true)
        })
        for (const one of tree.blocks) {
          let steps = 0
          for (let up = one.parent; up >= 0; up = tree.blocks[up]?.parent ?? -1) expect(steps++).toBeLessThan(9)
        }
        const edges = tree.ups.flatMap((above, lower) => above.map((upper) => `${lower} ${upper}`))
        const extras = tree.extras.map(({ lower, upper }) => `${lower} ${upper}`)
        expect(new Set(extras).size).toBe(extras.length)
        for (const one of extras) expect(edges).toContain(one)
      }),
    )
  })
})

describe('sourceMembers', () => {
  test('they are those above which there is nobody but those that stand below them, too', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 10, maxLength: 10 }), (ups) => {
        const above = (from: number): Set<number> => {
          const seen = new Set<number>()
          const queue = [...(ups[from] ?? [])]
          for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
            if (seen.has(i)) continue
            seen.add(i)
            queue.push(...(ups[i] ?? []))
          }
          return seen
        }
        const expected = ups.map((_, i) => [...above(i)].every((up) => up === i || above(up).has(i)))
        expect(sourceMembers(ups)).toEqual(expected)
      }),
    )
  })
  test('a chain of 100,000 is walked, not recursed', () => {
    const sources = sourceMembers(Array.from({ length: 100_000 }, (_, i) => (i === 0 ? [] : [i - 1])))
    expect(sources.filter(Boolean)).toHaveLength(1)
  })
})
