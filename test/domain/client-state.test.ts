import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientFilters, clientNow, filterOf, isWithoutService, type Way } from '@/lib/domain/client-state'
import { type Status, statuses } from '@/lib/domain/status'

/** "down 5, up 3": a state since an instant. */
const ways = (text: string): Way[] =>
  text
    .split(', ')
    .filter(Boolean)
    .map((one) => {
      const [status, since] = one.split(' ')
      return { status: status as Status, since: Number(since) }
    })

describe('how a client is served now', () => {
  test.each([
    ['', null, null, 0],
    ['up 3', 'up', 3, 0],
    ['up 3, up 1', 'up', 1, 0],
    ['down 5', 'down', 5, 1],
    ['down 5, unreachable 9', 'down', 9, 2], // without service since the last of them went dark
    ['unreachable 4, unreachable 7', 'unreachable', 7, 2],
    ['down 5, up 3', 'degraded', 5, 1],
    ['down 5, unknown 3', 'degraded', 5, 1],
    ['down 5, paused 8', 'down', 5, 1], // who is not watched gives no service that anybody knows of
    ['paused 8', 'paused', 8, 0],
    ['degraded 4, up 1', 'degraded', 4, 0],
    ['suspect 4, up 1', 'suspect', 4, 0],
    ['unknown 6, up 1', 'up', 1, 0],
    ['unknown 6, new 1', 'unknown', 6, 0],
    ['new 1', 'new', 1, 0],
  ] as const)('%s: %s since %s', (text, status, since, dark) => {
    const list = ways(text)
    expect(clientNow(list)).toEqual({ status, since, devices: list.length, dark })
  })

  const anyWays = fc.array(fc.record({ status: fc.constantFrom(...statuses), since: fc.nat(50) }), { maxLength: 6 })

  test('it is without service exactly while there is a device that is watched, and each of them is dark', () => {
    fc.assert(
      fc.property(anyWays, (list) => {
        const watched = list.filter(({ status }) => status !== 'paused')
        const allDark = watched.every(({ status }) => status === 'down' || status === 'unreachable')
        expect(isWithoutService(clientNow(list).status)).toBe(watched.length > 0 && allDark)
      }),
    )
  })

  test('the order of its devices says nothing, and since is an instant of one of them', () => {
    fc.assert(
      fc.property(anyWays, (list) => {
        const now = clientNow(list)
        expect(clientNow(list.toReversed())).toEqual(now)
        if (list.length > 0) expect(list.map(({ since }) => since)).toContain(now.since)
      }),
    )
  })

  test('every state falls under one filter', () => {
    for (const status of [...statuses, null]) expect(clientFilters).toContain(filterOf(status))
  })
})
