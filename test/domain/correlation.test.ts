import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DarkSpell, fileOutages } from '@/lib/domain/correlation'

const now = new Date('2026-11-21T04:00:00Z')
const at = (secondsAgo: number) => new Date(now.getTime() - secondsAgo * 1000)

/** "A: 30" went dark 30 s ago; "A: 30-5" answered again 5 s ago. Outage ids are the letters' places, as target ids are. */
const spells = (picture: string): DarkSpell[] =>
  picture.split(',').map((one) => {
    const [name = '', times = ''] = one.trim().split(': ')
    const [began = '0', ended] = times.split('-')
    const id = idOf(name)
    return {
      outageId: id,
      targetId: id,
      beganAt: at(Number(began)),
      endedAt: ended === undefined ? null : at(Number(ended)),
    }
  })
const idOf = (name: string) => name.charCodeAt(0) - 64
/** "B>A" : A is above B. */
const edges = (picture: string) => {
  const map = new Map<number, number[]>()
  for (const [below = '', above = ''] of picture.split(' ').map((edge) => edge.split('>')))
    if (above) map.set(idOf(below), [...(map.get(idOf(below)) ?? []), idOf(above)])
  return map
}
const filed = (dark: string, graph: string, settled: string[] = []) => {
  const all = spells(dark)
  const filings = fileOutages(all, all, edges(graph), new Set(settled.map(idOf)), now)
  return filings
    .map((filing) => {
      const name = String.fromCharCode(64 + filing.outageId)
      if (filing.as === 'unreachable') return `${name} under ${String.fromCharCode(64 + filing.rootOutageId)}`
      return filing.as === 'down' ? name : `${name} waits`
    })
    .join(', ')
}

describe('where an outage is filed', () => {
  test('alone it is its own', () => expect(filed('A: 30', '')).toBe('A'))
  test('under its dark upstream', () => expect(filed('A: 30, B: 28', 'B>A')).toBe('A, B under A'))
  test('under the topmost dark one', () =>
    expect(filed('A: 30, B: 28, C: 29', 'B>A C>B')).toBe('A, B under A, C under A'))
  test('the child may be seen dark first', () => expect(filed('A: 20, B: 30', 'B>A')).toBe('A, B under A'))
  test('an answering device between keeps it its own', () => expect(filed('A: 30, C: 28', 'B>A C>B')).toBe('A, C'))
  test('with one way up open it is its own', () => expect(filed('A: 30, C: 28', 'C>A C>B')).toBe('A, C'))
  test('with all ways dark it goes under the first of them', () =>
    expect(filed('A: 29, B: 30, C: 28', 'C>A C>B')).toBe('A, B, C under B'))
  test('two ways that meet above have one root', () =>
    expect(filed('A: 30, B: 29, C: 29, D: 28', 'B>A C>A D>B D>C')).toBe('A, B under A, C under A, D under A'))
  test('a cycle has the earliest as its root', () =>
    expect(filed('A: 20, B: 30, C: 25', 'A>B B>A C>A')).toBe('A under B, B, C under B'))
  test('a device above itself is its own', () => expect(filed('A: 20', 'A>A')).toBe('A'))
})

describe('what was over before it was filed', () => {
  test('both ended: it was under it all the same', () =>
    expect(filed('A: 300-200, B: 290-195', 'B>A')).toBe('A, B under A'))
  test('dark at another time explains nothing', () => expect(filed('A: 300-200, B: 150-100', 'B>A')).toBe('A, B'))
  test('the root answered 30 s ago: a dark child is still its', () =>
    expect(filed('A: 300-30, B: 290', 'B>A')).toBe('A, B under A'))
  test('the root answered 60 s ago: a dark child is its own', () =>
    expect(filed('A: 300-60, B: 290', 'B>A')).toBe('A, B'))
  test('its children go with it', () => expect(filed('A: 300-60, B: 290, C: 291', 'B>A C>B')).toBe('A, B, C under B'))
  test('the root is over and told: the child waits until the minute is over', () =>
    expect(filed('A: 300-30, B: 290', 'B>A', ['A'])).toBe('A, B waits'))
})

test('whatever the graph: each outage once, every root its own, nothing under what answers', () => {
  const graph = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })), { maxLength: 20 })
  const dark = fc.uniqueArray(
    fc.record({ id: fc.integer({ min: 1, max: 8 }), began: fc.integer({ min: 1, max: 90 }) }),
    {
      selector: (one) => one.id,
      maxLength: 8,
    },
  )
  fc.assert(
    fc.property(graph, dark, (pairs, down) => {
      const upstreams = new Map<number, number[]>()
      for (const [below, above] of pairs) upstreams.set(below, [...(upstreams.get(below) ?? []), above])
      const all = down.map(({ id, began }) => ({ outageId: id, targetId: id, beganAt: at(began), endedAt: null }))
      const filings = fileOutages(all, all, upstreams, new Set(), now)
      expect(filings.map((filing) => filing.outageId)).toEqual(all.map((one) => one.outageId))
      const asOf = new Map(filings.map((filing) => [filing.outageId, filing]))
      for (const filing of filings) {
        const open = (upstreams.get(filing.outageId) ?? []).some((id) => !asOf.has(id))
        if (open || !upstreams.has(filing.outageId)) expect(filing.as).toBe('down')
        if (filing.as === 'unreachable') expect(asOf.get(filing.rootOutageId)?.as).toBe('down')
      }
    }),
    { numRuns: 500 },
  )
})
