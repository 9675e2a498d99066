import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NoticeFacts } from '@/lib/domain/message'
import { type OutboxPlan, type OutboxRules, planOutbox, type Waiting } from '@/lib/domain/outbox'

const minute = 60_000
const now = Date.parse('2026-09-01T12:00:00Z')
const rules: OutboxRules = { room: 4, digests: true, failing: false, now }

const factsOf = (event: NoticeFacts['event'], name = 'AP-1'): NoticeFacts => ({
  kind: 'down',
  event,
  name,
  site: null,
  began_at: '2026-09-01T11:00:00Z',
  ended_at: event === 'resolved' ? '2026-09-01T11:20:00Z' : null,
  tell_from: '2026-09-01T11:00:00Z',
})

let ids = 0
const row = (event: NoticeFacts['event'], changed: Partial<Waiting> = {}): Waiting => {
  const id = changed.id ?? ++ids
  return {
    id,
    noticeId: 1,
    incidentId: 1,
    sequence: id,
    facts: factsOf(event),
    createdAt: now - 1000,
    dueAt: now - 1000,
    leased: false,
    resolvedAt: event === 'resolved' ? now - 40 * minute : null,
    acknowledged: false,
    endComes: false,
    toldBefore: false,
    ...changed,
  }
}
const planned = (waiting: Waiting[], changed: Partial<OutboxRules> = {}) =>
  planOutbox(waiting, { ...rules, ...changed })
const sentAs = ({ send }: OutboxPlan) => send.map(({ id, facts }) => [id, facts.event])

describe('of one notice', () => {
  test('what is due is sent', () => expect(sentAs(planned([row('opened', { id: 1 })]))).toEqual([[1, 'opened']]))

  test('what is part of another incident now is not said to have come and gone', () => {
    const under = { ...factsOf('resolved'), under: 'Tower' }
    const rows = [row('opened', { id: 1 }), row('resolved', { id: 2, facts: under })]
    expect(planned(rows)).toMatchObject({ send: [], digests: [], drop: [{ id: 1 }, { id: 2 }] })
    expect(sentAs(planned([row('resolved', { id: 3, facts: under, toldBefore: true })]))).toEqual([[3, 'resolved']])
  })

  test('what is not due waits', () =>
    expect(planned([row('opened', { dueAt: now + 1 })])).toEqual({ send: [], drop: [], digests: [] }))

  test('nothing goes while something of it is on its way', () =>
    expect(planned([row('opened', { leased: true }), row('resolved')]).send).toEqual([]))

  test('the end of what was never told is one message that says both', () => {
    const plan = planned([row('opened', { id: 1 }), row('grew', { id: 2 }), row('resolved', { id: 3 })])
    expect(sentAs(plan)).toEqual([[3, 'resolved']])
    expect(plan.drop.map(({ id }) => id)).toEqual([1, 2])
  })

  test('growth that overtakes the beginning calls people as the beginning would have', () =>
    expect(sentAs(planned([row('opened', { id: 1 }), row('grew', { id: 2 })]))).toEqual([[2, 'opened']]))

  test('reminders that piled up are one', () =>
    expect(sentAs(planned([row('reminded', { id: 1 }), row('reminded', { id: 2 })]))).toEqual([[2, 'reminded']]))

  test('nobody is reminded of what somebody has taken on meanwhile', () => {
    const plan = planned([row('reminded', { id: 1, acknowledged: true })])
    expect(plan).toMatchObject({ send: [], drop: [{ id: 1 }] })
  })

  test('the beginning is told even so', () =>
    expect(sentAs(planned([row('opened', { id: 1, acknowledged: true })]))).toEqual([[1, 'opened']]))

  test('what is over is told as over, though nobody wrote so for this channel', () => {
    const [sent] = planned([row('opened', { id: 1, resolvedAt: now - minute })]).send
    expect(sent?.facts).toMatchObject({ event: 'resolved', ended_at: '2026-09-01T11:59:00.000Z' })
  })

  test('and is left to the notice of its end when that is still to come', () => {
    const plan = planned([row('opened', { id: 1, resolvedAt: now - minute, endComes: true })])
    expect(plan).toMatchObject({ send: [], drop: [{ id: 1 }] })
  })
})

describe('of several notices', () => {
  const ended = (id: number, changed: Partial<Waiting> = {}) =>
    row('resolved', { id, noticeId: id, incidentId: id, createdAt: now - 30 * minute, ...changed })
  const open = (id: number, changed: Partial<Waiting> = {}) =>
    row('opened', { id, noticeId: id, incidentId: id, createdAt: now - 30 * minute, ...changed })

  test('what came and went meanwhile is one line, what goes on is told by itself and first', () => {
    const plan = planned([ended(1), ended(2), ended(3), open(4), open(5)])
    expect(sentAs(plan)).toEqual([
      [4, 'opened'],
      [5, 'opened'],
    ])
    expect(plan.digests).toMatchObject([
      { ids: [1, 2, 3], facts: { ended: true, items: [{ incident_id: 1 }, { incident_id: 2 }, { incident_id: 3 }] } },
    ])
  })

  test('one alone that came and went needs no digest', () =>
    expect(sentAs(planned([ended(1)]))).toEqual([[1, 'resolved']]))

  test('nor do two that are told in time', () =>
    expect(planned([ended(1, { createdAt: now }), ended(2, { createdAt: now })]).send).toHaveLength(2))

  test('nor ends of what was told', () =>
    expect(planned([ended(1, { toldBefore: true }), ended(2, { toldBefore: true })]).send).toHaveLength(2))

  test('a channel that fails is asked with one that goes on', () => {
    const plan = planned([ended(1), ended(2), open(3), open(4)], { failing: true, room: 1 })
    expect(sentAs(plan)).toEqual([[3, 'opened']])
    expect(plan.digests).toEqual([])
  })

  test('or with the line, when nothing goes on', () =>
    expect(planned([ended(1), ended(2)], { failing: true, room: 1 }).digests).toHaveLength(1))

  test('a line that could not be sent takes in what ended since', () => {
    const line = row('resolved', { id: 7, noticeId: null, incidentId: null, resolvedAt: null })
    line.facts = { event: 'digest', items: [{ ...factsOf('resolved'), incident_id: 70 }], ended: true }
    const [digest] = planned([line, ended(8)]).digests
    expect(digest).toMatchObject({ ids: [7, 8], facts: { items: [{ incident_id: 70 }, { incident_id: 8 }] } })
  })

  const digestOf = (id: number, incidentIds: number[], changed: Partial<Waiting> = {}) =>
    row('opened', {
      id,
      noticeId: null,
      incidentId: null,
      facts: { event: 'digest', items: incidentIds.map((n) => ({ ...factsOf('opened', `AP-${n}`), incident_id: n })) },
      ...changed,
    })
  const idsIn = ({ facts }: { facts: object }) =>
    'items' in facts && Array.isArray(facts.items) ? facts.items.map((item) => item.incident_id) : null

  test('a digest that had to wait says nothing that is over since, which is told as come and gone', () => {
    const plan = planned([digestOf(1, [10, 11, 12], { overSince: { 11: now - minute } })])
    expect(plan.send.map((sent) => [sent.id, idsIn(sent)])).toEqual([[1, [10, 12]]])
    expect(plan.digests).toMatchObject([
      {
        ids: [],
        facts: { ended: true, items: [{ incident_id: 11, event: 'resolved', ended_at: '2026-09-01T11:59:00.000Z' }] },
      },
    ])
  })

  test('nor what has a newer message of its own', () => {
    const plan = planned([digestOf(1, [10, 11]), ended(10), ended(9)])
    expect(plan.send.map(idsIn)).toEqual([[11]])
    expect(plan.digests.map(idsIn)).toEqual([[9, 10]])
  })

  test('and goes unsent when nothing is left of it', () =>
    expect(planned([digestOf(1, [10]), open(10)])).toMatchObject({ send: [{ id: 10 }], drop: [{ id: 1 }] }))

  test('of which all is over it becomes that line', () => {
    const [sent] = planned([digestOf(1, [10, 11], { overSince: { 10: now, 11: now } })]).send
    expect(sent?.facts).toMatchObject({ event: 'digest', ended: true })
  })

  test('several that had to wait become one, each incident as the newest says', () => {
    const plan = planned([digestOf(1, [10, 11]), digestOf(2, [11, 12], { overSince: { 12: now } })])
    expect(plan.digests.map((digest) => [digest.ids, idsIn(digest)])).toEqual([
      [
        [1, 2],
        [10, 11],
      ],
      [[], [12]],
    ])
  })

  test('more than 10 at once are one digest', () => {
    const crowd = Array.from({ length: 11 }, (_, i) => open(i + 1))
    expect(planned(crowd).digests).toMatchObject([
      { facts: { items: crowd.map(({ facts, incidentId }) => ({ ...facts, incident_id: incidentId })) } },
    ])
    expect(planned(crowd.slice(1)).digests).toEqual([])
  })

  test('not where each incident has a state of its own', () => {
    const crowd = Array.from({ length: 11 }, (_, i) => open(i + 1))
    expect(planned([...crowd, ended(20), ended(21)], { digests: false })).toMatchObject({ digests: [] })
  })
})

const someRow = fc.record({
  noticeId: fc.option(fc.integer({ min: 1, max: 8 }), { freq: 8 }),
  event: fc.constantFrom('opened', 'grew', 'escalated', 'reminded', 'resolved'),
  late: fc.boolean(),
  due: fc.boolean(),
  leased: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
})
const someIncident = fc.record({
  resolved: fc.boolean(),
  acknowledged: fc.boolean(),
  endComes: fc.boolean(),
  toldBefore: fc.boolean(),
})
const someScene = fc.record({
  rows: fc.array(someRow, { maxLength: 40 }),
  incidents: fc.array(someIncident, { minLength: 9, maxLength: 9 }),
  room: fc.integer({ min: 1, max: 4 }),
  digests: fc.boolean(),
  failing: fc.boolean(),
})

test('whatever waits: nothing is told twice, nothing lost, and nothing of a notice that is on its way', () => {
  fc.assert(
    fc.property(someScene, ({ rows, incidents, ...given }) => {
      const waiting = rows.map(({ noticeId, event, late, due, leased }, i): Waiting => {
        const incident = noticeId === null ? undefined : incidents[noticeId]
        const facts: Waiting['facts'] =
          noticeId === null ? { event: 'test', name: 'x' } : factsOf(event as NoticeFacts['event'])
        return {
          id: i + 1,
          noticeId,
          incidentId: noticeId,
          sequence: i + 1,
          facts,
          createdAt: now - (late ? 5 * minute : 0),
          dueAt: now + (due ? 0 : minute),
          leased,
          resolvedAt: incident?.resolved ? now - minute : null,
          acknowledged: incident?.acknowledged ?? false,
          endComes: incident?.endComes ?? false,
          toldBefore: incident?.toldBefore ?? false,
        }
      })
      const plan = planOutbox(waiting, { ...given, now })
      const sent = plan.send.map(({ id }) => id)
      const gathered = plan.digests.flatMap((digest) => digest.ids)
      const touched = [...sent, ...gathered, ...plan.drop.map(({ id }) => id)]
      expect(new Set(touched).size).toBe(touched.length)
      expect(plan.send.length + Math.max(0, plan.digests.length - 1)).toBeLessThanOrEqual(given.room)
      if (!given.digests) expect(plan.digests).toEqual([])

      const noticeOf = (id: number) => waiting[id - 1]?.noticeId
      const sentNotices = sent.map(noticeOf).filter((id) => id !== null)
      expect(new Set(sentNotices).size).toBe(sentNotices.length)
      for (const id of touched) {
        const of = waiting.filter((one) => (one.noticeId === null ? one.id === id : one.noticeId === noticeOf(id)))
        expect(of.some((one) => one.leased)).toBe(false)
        // What is dropped is said by something that goes, or need not be said.
        const goes = of.some((one) => sent.includes(one.id) || gathered.includes(one.id) || !touched.includes(one.id))
        const last = of.at(-1)
        const moot = of.every(
          (one) =>
            (one.resolvedAt !== null && one.endComes) ||
            (one.acknowledged && (one.facts.event === 'reminded' || one.facts.event === 'escalated')),
        )
        expect(goes || moot, JSON.stringify(last)).toBe(true)
      }
      // With room left, nothing that is due stays behind.
      if (plan.send.length + plan.digests.length < given.room)
        for (const one of waiting) {
          const of = waiting.filter(
            (other) => other === one || (one.noticeId !== null && other.noticeId === one.noticeId),
          )
          const ready = of.some((other) => other.dueAt <= now) && !of.some((other) => other.leased)
          expect(touched.includes(one.id)).toBe(ready)
        }
    }),
    { numRuns: Number(process.env.FC ?? 300) },
  )
})
