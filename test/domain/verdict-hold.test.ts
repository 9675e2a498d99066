import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutOffBy, graphOf } from '@/lib/domain/cut-off'
import { hasBack, isLostMember, lostFrom, mayBeLostMember } from '@/lib/domain/members-lost'
import { type PlacedSpell, type PlacingKnown, placeOutages } from '@/lib/domain/placing'
import { awaitedAbove, surelyDarkFrom, type Verdicts } from '@/lib/domain/verdict-hold'

const now = new Date('2026-11-21T04:00:00Z')
const at = (secondsAgo: number) => new Date(now.getTime() - secondsAgo * 1000)
const runs = { numRuns: Number(process.env.FC ?? 300) }

/** Dark since then, isolated 3 s later; the id of the outage is that of its target. */
const dark = (targetId: number, began: number, ended: number | null = null): PlacedSpell => ({
  outageId: targetId,
  targetId,
  kind: 'device',
  beganAt: at(began),
  darkFrom: at(began),
  isolatedAt: at(began - 3),
  recordedAt: at(began - 3),
  endedAt: ended === null ? null : at(ended),
  incidentId: null,
})
const upstreamsOf = (edges: [number, number][]) => {
  const map = new Map<number, number[]>()
  for (const [below, above] of edges) map.set(below, [...(map.get(below) ?? []), above])
  return map
}
const knownOf = (
  spells: PlacedSpell[],
  edges: [number, number][],
  change: Partial<PlacingKnown> = {},
): PlacingKnown => {
  const upstreams = upstreamsOf(edges)
  const alone = [...upstreams].filter(([, above]) => above.length === 1)
  const members = new Map<number, number[]>()
  for (const [id, [up = 0]] of alone) members.set(up, [...(members.get(up) ?? []), id])
  return {
    spells,
    upstreams,
    settled: new Set(),
    answered: new Map(),
    watched: new Set(edges.flat()),
    members,
    lost: new Map(),
    crowd: false,
    catchingUp: false,
    ...change,
  }
}
const placed = (
  fresh: PlacedSpell[],
  edges: [number, number][],
  change: Partial<PlacingKnown> = {},
  young: PlacedSpell[] = [],
) =>
  placeOutages({ fresh, left: [], young }, knownOf([...fresh, ...young], edges, change), now).map((one) => {
    if (one.as === 'unreachable') return `${one.outageId} under ${one.rootOutageId}`
    return one.as === 'member' ? `${one.outageId} of ${one.nodeId}` : `${one.outageId} ${one.as}`
  })

describe('an incident waits for verdicts', () => {
  test('alone it does not', () => expect(placed([dark(2, 3)], [])).toEqual(['2 down']))
  test('with something above that has yet to speak it does', () =>
    expect(placed([dark(2, 3)], [[2, 1]])).toEqual(['2 wait']))
  test('what answered after the first miss has spoken', () =>
    expect(placed([dark(2, 3)], [[2, 1]], { answered: new Map([[1, at(1)]]) })).toEqual(['2 down']))
  test('what answered before it has not', () =>
    expect(placed([dark(2, 3)], [[2, 1]], { answered: new Map([[1, at(4)]]) })).toEqual(['2 wait']))
  test('an answer to a ping sent at the same moment may have been ahead of the fault', () =>
    expect(placed([dark(2, 3)], [[2, 1]], { answered: new Map([[1, at(2.9)]]) })).toEqual(['2 wait']))
  test('what nobody watches will not speak', () =>
    expect(placed([dark(2, 3)], [[2, 1]], { watched: new Set() })).toEqual(['2 down']))
  test('15 s after it was isolated it waits no longer', () => {
    expect(placed([dark(2, 17.9)], [[2, 1]])).toEqual(['2 wait'])
    expect(placed([dark(2, 18)], [[2, 1]])).toEqual(['2 down'])
  })
  test('of what a probe tells late it waits as long from when it was stored', () => {
    const late = { ...dark(2, 600), recordedAt: at(10) }
    expect(placed([late], [[2, 1]], { catchingUp: true })).toEqual(['2 wait'])
    expect(placed([late], [[2, 1]])).toEqual(['2 down'])
  })
  test('what is dark above waits for what is above that, and all of it waits', () =>
    expect(placed([dark(2, 3), dark(3, 3)], [[2, 1], [3, 2]])).toEqual(['2 wait', '3 wait'])) // biome-ignore format: a picture
  test('a job behind a device does not: it was expected long before', () =>
    expect(placed([{ ...dark(2, 3), kind: 'job' }], [[2, 1]])).toEqual(['2 down']))
})

describe('what was told as its own and belongs to another', () => {
  test('found dark within 15 s, what is above takes it', () =>
    expect(placed([dark(1, 4)], [[2, 1]], {}, [{ ...dark(2, 12), incidentId: 7 }])).toEqual(['1 down', '2 under 1']))
  test('later it has a cause of its own', () =>
    expect(placed([dark(1, 4)], [[2, 1]], {}, [{ ...dark(2, 20), incidentId: 7 }])).toEqual(['1 down']))
})

describe('members lost', () => {
  const sector = (count: number) => Array.from({ length: count }, (_, i): [number, number] => [i + 2, 1])
  const lost = (count: number, of: number, answered = new Map([[1, at(1)]])) =>
    placed(
      Array.from({ length: count }, (_, i) => dark(i + 2, 10 + i)),
      sector(of),
      { answered },
    )
  test('3 of 5 are lost together', () => expect(lost(3, 5)).toEqual(['2 of 1', '3 of 1', '4 of 1']))
  test('2 of 2 are two', () => expect(lost(2, 2)).toEqual(['2 down', '3 down']))
  test('3 of 6 wait, as more may be', () => expect(lost(3, 6)).toEqual(['2 wait', '3 wait', '4 wait']))
  test('with 3 others that answered they are three', () => {
    const others = new Map([1, 5, 6, 7].map((id) => [id, at(1)]))
    expect(lost(3, 6, others)).toEqual(['2 down', '3 down', '4 down'])
  })
  test('the node has to have spoken', () => expect(lost(3, 3, new Map())).toEqual(['2 wait', '3 wait', '4 wait']))
  test('the node has to have spoken since the last that it takes, or it fell with them', () => {
    const spells = [dark(2, 24), dark(3, 3), dark(4, 3)]
    const edges: [number, number][] = spells.map(({ targetId }) => [targetId, 1])
    const word = (secondsAgo: number) => ({ answered: new Map([[1, at(secondsAgo)]]) })
    const [early, ...late] = spells
    const young = early ? [{ ...early, incidentId: 7 }] : []
    expect(placed(late, edges, word(4), young)).toEqual(['3 wait', '4 wait'])
    expect(placed(late, edges, word(2), young)).toEqual(['3 of 1', '4 of 1', '2 of 1'])
    expect(placed(late, edges, { watched: new Set() }, young)).toEqual(['3 of 1', '4 of 1', '2 of 1'])
    expect(placed(spells, edges, word(4))).toEqual(['2 wait', '3 wait', '4 wait'])
  })
  test('a node that fell with them and is just back has not lost those that come back a moment later', () => {
    const spells = [dark(2, 44), dark(3, 20), dark(4, 20)].map((spell) => ({ ...spell, incidentId: spell.outageId }))
    const edges: [number, number][] = spells.map(({ targetId }) => [targetId, 1])
    const node = { ...dark(1, 20, 1), incidentId: 1 }
    const word = { answered: new Map([[1, at(0)]]) }
    const told = (others: PlacedSpell[]) =>
      placeOutages({ fresh: [], left: [], young: spells }, { ...knownOf([...spells, ...others], edges, word) }, now)
        .filter((one) => one.as === 'member')
        .map(({ outageId }) => outageId)
    expect(told([])).toEqual([2, 3, 4])
    expect(told([node])).toEqual([])
  })
  test.each([[3, 3], [4, 3], [5, 3], [6, 4], [10, 6], [15, 9]])('of %i it takes %i', (of, from) => expect(lostFrom(of)).toBe(from)) // biome-ignore format: a table
  test('it has them back when fewer than half, or than 3, are dark', () =>
    expect([hasBack(6, 12), hasBack(5, 12), hasBack(2, 3)]).toEqual([false, true, true]))

  test('whatever went dark when: a child is lost exactly when some 30 s hold enough, itself among them', () => {
    const begins = fc.array(fc.option(fc.integer({ min: 1, max: 90 })), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(begins, (all) => {
        const spells = new Map(all.flatMap((began, i) => (began === null ? [] : [[i, [dark(i, began)]] as const])))
        const verdicts: Verdicts = { spells, answered: new Map(), watched: new Set() }
        const children = all.map((_, i) => i)
        for (const [id, [spell]] of spells) {
          const begun = all[id] ?? 0
          const windows = all.flatMap((from) => (from === null || from < begun || from - begun > 30 ? [] : [from]))
          const most = Math.max(
            ...windows.map((from) => all.filter((one) => one !== null && one <= from && from - one <= 30).length),
          )
          const expected = most >= lostFrom(all.length)
          expect(spell && isLostMember(spell, children, verdicts)).toBe(expected)
          if (expected) expect(spell && mayBeLostMember(spell, children, verdicts)).toBe(true)
        }
      }),
      runs,
    )
  })
})

test('the first of three misses may be chance', () => {
  expect(surelyDarkFrom([10, 11, 12])).toBe(11)
  expect(surelyDarkFrom([11, 10])).toBe(10)
  expect(surelyDarkFrom([])).toBeNull()
})

const id = fc.integer({ min: 1, max: 8 })
const graphs = fc.array(fc.tuple(id, id), { maxLength: 20 })

test('whatever the graph: nothing is awaited twice, nothing that has spoken, nothing once a way up answers', () => {
  fc.assert(
    fc.property(graphs, fc.uniqueArray(id), fc.uniqueArray(id), (edges, darkIds, answeringIds) => {
      const spells = new Map(darkIds.map((one) => [one, [dark(one, 5)]]))
      const answered = new Map(answeringIds.filter((one) => !spells.has(one)).map((one) => [one, at(1)]))
      const upstreams = upstreamsOf(edges)
      const verdicts: Verdicts = { spells, answered, watched: new Set([1, 2, 3, 4, 5, 6, 7, 8]) }
      const child = dark(1, 5)
      const awaited = awaitedAbove(child, upstreams, verdicts)
      expect(new Set(awaited).size).toBe(awaited.length)
      for (const one of awaited) expect(spells.has(one) || answered.has(one)).toBe(false)
      if ((upstreams.get(1) ?? []).some((up) => answered.has(up))) expect(awaited).toEqual([])
    }),
    runs,
  )
})

test('whatever the graph: cut off is exactly what cannot walk up to anything that answers but through what is dark', () => {
  fc.assert(
    fc.property(graphs, fc.uniqueArray(id, { minLength: 1 }), fc.uniqueArray(id), (edges, roots, others) => {
      const upstreams = upstreamsOf(edges)
      const blocked = new Set([...roots, ...others])
      const hasWay = (from: number, seen: Set<number>): boolean =>
        !blocked.has(from) &&
        ((upstreams.get(from) ?? []).length === 0 ||
          (upstreams.get(from) ?? []).some((up) => !seen.has(up) && hasWay(up, new Set([...seen, up]))))
      const isBelow = (from: number, seen: Set<number>): boolean =>
        roots.includes(from) ||
        (upstreams.get(from) ?? []).some((up) => !seen.has(up) && isBelow(up, new Set([...seen, up])))
      const cut = cutOffBy(roots, graphOf(upstreams), new Set(others))
      for (const root of roots) expect(cut.has(root)).toBe(true)
      for (const one of cut) expect(isBelow(one, new Set([one]))).toBe(true)
      for (let one = 1; one <= 8; one++) {
        if (blocked.has(one) || !isBelow(one, new Set([one]))) continue
        const elsewhere = (upstreams.get(one) ?? []).length > 0 && hasWay(one, new Set([one]))
        if (elsewhere) expect(cut.has(one)).toBe(false)
      }
    }),
    runs,
  )
})
