import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sourceMembers } from '@/lib/domain/graph-sources'
import { clientsAmong, whatFallsWith } from '@/lib/domain/map-fall'
import { buildMapTree } from '@/lib/domain/map-graph'
import { scene } from './map-scenes'

function falls(lines: string[], fallen: string, down: string[] = []): string[] {
  const { devices, sites, edges } = scene(...lines)
  const index = (name: string) => devices.findIndex((one) => one.name === name)
  const all = fallen.split(', ').map(index)
  const dark = whatFallsWith(buildMapTree(devices, sites, edges), all, new Set(down.map(index)))
  return dark.map((i) => devices[i]?.name ?? '')
}

describe('whatFallsWith', () => {
  const chain = ['Core', 'R1 < Core', 'AP1 < R1', 'CPE1 < AP1', 'CPE2 < AP1', 'AP2 < R1']
  const ring = ['Core', 'R1 < Core, R2', 'R2 < Core, R1', 'AP1 < R1', 'AP2 < R2']
  test.each<[string, string[], string, string[], string[]]>([
    ['an AP takes its clients', chain, 'AP1', [], ['CPE1', 'CPE2']],
    ['a router takes what hangs on it, all the way down', chain, 'R1', [], ['AP1', 'CPE1', 'CPE2', 'AP2']],
    ['a leaf takes nobody', chain, 'CPE1', [], []],
    ['with a second way up nobody behind goes dark', ring, 'R1', [], ['AP1']],
    ['where both ways up meet, everybody does', ring, 'Core', [], ['R1', 'R2', 'AP1', 'AP2']],
    ['a way that is dark already is none', ['C', 'A < C', 'B < C', 'X < A, B'], 'A', ['B'], ['X']],
    ['what is cut off already is not counted again', chain, 'R1', ['AP1'], ['AP2']],
    ['of a dark device: what it cuts off now', chain, 'AP1', ['AP1'], ['CPE1', 'CPE2']],
    [
      'with both ways up gone at once, whoever has no third',
      ['C', 'A < C', 'B < C', 'X < A, B', 'Y < A, C'],
      'A, B',
      [],
      ['X'],
    ],
    ['a circle that hangs on it is no way for itself', ['C', 'A < C, B', 'B < A'], 'C', [], ['A', 'B']],
    ['a circle that hangs on nothing stays up without one of it', ['A < B', 'B < A', 'X < A'], 'A', [], ['X']],
  ])('%s', (_, lines, fallen, down, expected) => expect(falls(lines, fallen, down)).toEqual(expected))

  test('it is what a walk from everyone up to where the network begins says', () => {
    const graphs = fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 10, maxLength: 10 })
    fc.assert(
      fc.property(
        graphs,
        fc.uniqueArray(fc.nat(9), { maxLength: 2 }),
        fc.uniqueArray(fc.nat(9), { maxLength: 3 }),
        (ups, fallen, down) => {
          const sources = sourceMembers(ups)
          const downs = ups.map((_, i) => ups.flatMap((above, lower) => (above.includes(i) ? [lower] : [])))
          const lives = (from: number, closed: number[], seen: number[] = []): boolean => {
            if (closed.includes(from)) return false
            if (sources[from]) return true
            return (ups[from] ?? []).some((up) => !seen.includes(up) && lives(up, closed, [...seen, from]))
          }
          const others = down.filter((one) => !fallen.includes(one))
          const expected = ups.flatMap((_, i) =>
            !fallen.includes(i) && lives(i, others) && !lives(i, [...others, ...fallen]) ? [i] : [],
          )
          expect(whatFallsWith({ downs, sources }, fallen, new Set(down))).toEqual(expected)
        },
      ),
    )
  })
})

describe('clientsAmong', () => {
  const device = (client: string | null, id: number) => {
    const clientId = client === null ? null : client.charCodeAt(0)
    return { id, name: `D${id}`, address: '', role: 'cpe' as const, siteId: null, client, clientId }
  }
  const devices = ['Acme', null, 'Acme', 'Bold', 'Acme'].map(device)
  test('each client counts once, and nobody where there is none', () =>
    expect(clientsAmong(devices, [0, 1, 2, 3, 4])).toEqual({ names: ['Acme', 'Bold'], elsewhere: 0 }))
  test('who has another device besides is said', () =>
    expect(clientsAmong(devices, [2, 3])).toEqual({ names: ['Acme', 'Bold'], elsewhere: 1 }))
  test('two of one name are two', () => {
    const [one, other] = [device('Acme', 0), { ...device('Acme', 1), clientId: 7 }]
    expect(clientsAmong([one, other], [0, 1])).toEqual({ names: ['Acme', 'Acme'], elsewhere: 0 })
    expect(clientsAmong([one, other], [0])).toEqual({ names: ['Acme'], elsewhere: 0 })
  })
  test('of nothing there are none', () => expect(clientsAmong(devices, [])).toEqual({ names: [], elsewhere: 0 }))
})
