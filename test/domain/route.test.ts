import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IncidentFacts } from '@/lib/domain/incident-facts'
import { anyIncident, mismatch, type Route, type RouteCondition, routeTo } from '@/lib/domain/route'

const facts: IncidentFacts = {
  id: 1,
  kind: 'down',
  name: 'AP Ridge-3',
  role: 'ap',
  site: 'Ridge',
  tags: ['core', 'east'],
  client: null,
  size: 3,
  affectedClients: 41,
  affectedTargets: 12,
  priority: 'normal',
  openedAt: 0,
}

describe('why a route is not for an incident', () => {
  test.each<[Partial<RouteCondition>, string | null]>([
    [{}, null],
    [{ roles: ['router', 'ap'] }, null],
    [{ roles: ['router'] }, 'it is for role router, this one is ap'],
    [{ sites: ['Hill', 'Lake'] }, 'it is for site Hill or Lake, this one is Ridge'],
    [{ clients: ['Acme Dental'] }, 'it is for client Acme Dental, this one has no client'],
    [{ tags: ['west'] }, 'it is for tag west, this one is core or east'],
    [{ tags: ['west', 'east'] }, null],
    [{ priorities: ['critical'] }, 'it is for priority critical, this one is normal'],
    [{ kinds: ['blind', 'flapping'] }, 'it is for kind blind or flapping, this one is down'],
    [{ sizeFrom: 3 }, null],
    [{ sizeFrom: 4 }, 'it is for 4 outages or more, this one has 3'],
    [{ roles: ['ap'], sites: ['Hill'] }, 'it is for site Hill, this one is Ridge'],
    [{ sites: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'it is for site a, b, c, d or 2 others, this one is Ridge'],
  ])('%j', (change, why) => expect(mismatch({ ...anyIncident, ...change }, facts)).toBe(why))
})

describe('how routes lead to a channel', () => {
  const route = (name: string, change: Partial<RouteCondition>, ...channelIds: number[]): Route => ({
    id: 1,
    name,
    condition: { ...anyIncident, ...change },
    channelIds,
  })
  const routers = route('Routers', { roles: ['router'] }, 1)
  const everything = route('Everything', {}, 1, 2)
  test.each<[string, Route[], string | null, string | null]>([
    ['no routes at all: everyone is told', [], null, null],
    ['the first that is for it', [routers, everything], 'Everything', null],
    ['none is for it', [routers], null, 'Routers: it is for role router, this one is ap'],
    ['none names it', [route('Others', {}, 2)], null, 'no route names it'],
  ])('%s', (_, routes, by, why) => expect(routeTo(1, routes, facts)).toEqual({ by, why }))
})

test('a condition holds as a plain reading of it does', () => {
  const some = <T>(...values: T[]) => fc.subarray(values)
  const condition = fc.record<RouteCondition>({
    roles: some('ap', 'router'),
    sites: some('Ridge', 'Hill'),
    tags: some('core', 'west'),
    clients: some('Acme', 'Bly'),
    priorities: some('critical', 'normal', 'low'),
    kinds: some('down', 'blind'),
    sizeFrom: fc.nat(5),
  })
  const incident = fc.record({
    role: fc.constantFrom<IncidentFacts['role'][]>('ap', 'cpe'),
    site: fc.constantFrom('Ridge', null),
    tags: some('core', 'west', 'lab'),
    client: fc.constantFrom('Acme', null),
    priority: fc.constantFrom<IncidentFacts['priority'][]>('critical', 'low'),
    kind: fc.constantFrom<IncidentFacts['kind'][]>('down', 'flapping'),
    size: fc.nat(5),
  })
  fc.assert(
    fc.property(condition, incident, (wanted, change) => {
      const one = { ...facts, ...change }
      const fits = (list: readonly string[], value: string | null) =>
        list.length === 0 ? true : value !== null && new Set(list).has(value)
      const expected =
        fits(wanted.roles, one.role) &&
        fits(wanted.sites, one.site) &&
        fits(wanted.clients, one.client) &&
        fits(wanted.priorities, one.priority) &&
        fits(wanted.kinds, one.kind) &&
        (wanted.tags.length === 0 || wanted.tags.some((tag) => fits(one.tags, tag) && one.tags.length > 0)) &&
        one.size >= wanted.sizeFrom
      expect(mismatch(wanted, one) === null).toBe(expected)
    }),
    { numRuns: Number(process.env.FC ?? 500) },
  )
})
