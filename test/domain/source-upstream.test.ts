import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findCycles } from '@/lib/domain/cycles'
import { sourceUpstream } from '@/lib/domain/source-upstream'
import type { Role } from '@/lib/domain/status'

fc.configureGlobal({ numRuns: Number(process.env.FC ?? 100) })

const device = (key: string, role: Role, siteKey: string | null, upstreamKeys: string[] = []) => ({
  key,
  role,
  siteKey,
  upstreamKeys,
})
const link = (fromKey: string, toKey: string) => ({ fromKey, toKey })
const sites = [
  { key: 'hill', parentKey: null },
  { key: 'ridge', parentKey: 'hill' },
  { key: 'home', parentKey: 'ridge', isPremises: true },
]
const picture = (devices: ReturnType<typeof device>[], links: ReturnType<typeof link>[] = []) =>
  Object.fromEntries(sourceUpstream({ devices, links, sites }))

describe('what hangs on what, as a source tells it', () => {
  test('links lead away from the router of the first site, whatever their ends are called', () => {
    expect(
      picture(
        [
          device('ap', 'ap', 'ridge'),
          device('far', 'backhaul', 'ridge'),
          device('near', 'backhaul', 'hill'),
          device('rtr', 'router', 'hill'),
        ],
        [link('rtr', 'near'), link('far', 'near'), link('ap', 'far')],
      ),
    ).toEqual({ near: ['rtr'], far: ['near'], ap: ['far'] })
  })
  test('what says itself on what it hangs is believed, and its link says no other', () => {
    expect(picture([device('cpe', 'cpe', 'home', ['ap']), device('ap', 'ap', 'ridge')], [link('cpe', 'ap')])).toEqual({
      cpe: ['ap'],
    })
  })
  test('a ring leaves its far end two ways up', () => {
    const found = picture(
      [
        device('rtr', 'router', 'hill'),
        device('a', 'backhaul', 'hill'),
        device('b', 'backhaul', 'hill'),
        device('end', 'switch', 'ridge'),
      ],
      [link('rtr', 'a'), link('rtr', 'b'), link('a', 'end'), link('b', 'end')],
    )
    expect(found.end?.sort()).toEqual(['a', 'b'])
  })
  test('at a tower without links all hang on the way in', () => {
    expect(
      picture([
        device('near', 'backhaul', 'hill'),
        device('far', 'backhaul', 'ridge', ['near']),
        device('ap', 'ap', 'ridge'),
        device('ups', 'other', 'ridge'),
      ]),
    ).toEqual({ far: ['near'], ap: ['far'], ups: ['far'] })
  })
  test('at the first site all hang on its one router, which hangs on nothing', () => {
    expect(picture([device('rtr', 'router', 'hill'), device('ups', 'other', 'hill')])).toEqual({ ups: ['rtr'] })
    expect(
      picture([device('r1', 'router', 'hill'), device('r2', 'router', 'hill'), device('ups', 'other', 'hill')]),
    ).toEqual({})
  })
  test('behind a customer’s radio hangs the rest of the house; without one, on the way into the tower', () => {
    expect(
      picture([
        device('far', 'backhaul', 'ridge', ['near']),
        device('near', 'backhaul', 'hill'),
        device('ap', 'ap', 'ridge', ['far']),
        device('cpe', 'cpe', 'home', ['ap']),
        device('wifi', 'other', 'home'),
      ]).wifi,
    ).toEqual(['cpe'])
    expect(
      picture([
        device('far', 'backhaul', 'ridge', ['near']),
        device('near', 'backhaul', 'hill'),
        device('cpe', 'cpe', 'home'),
      ]).cpe,
    ).toEqual(['far'])
  })
  test('what is not listed, a link to itself and a circle of words are no way up', () => {
    expect(picture([device('a', 'ap', null, ['gone'])], [link('a', 'a'), link('a', 'gone')])).toEqual({})
    expect(picture([device('a', 'ap', null, ['b']), device('b', 'ap', null, ['a'])])).toEqual({ a: ['b'] })
  })

  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
  test('there is never a circle, and only listed devices are named', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.record({
            key,
            role: fc.constantFrom<Role>('router', 'switch', 'ap', 'backhaul', 'cpe', 'other'),
            siteKey: fc.constantFrom('hill', 'ridge', 'home', 'gone', null),
            upstreamKeys: fc.array(key, { maxLength: 2 }),
          }),
          { selector: (one) => one.key },
        ),
        fc.array(fc.record({ fromKey: key, toKey: key })),
        (devices, links) => {
          const upstream = sourceUpstream({ devices, links, sites: [...sites, { key: 'hill', parentKey: 'home' }] })
          expect(findCycles(upstream)).toEqual([])
          const listed = new Set<string>(devices.map((one) => one.key))
          for (const [below, above] of upstream) {
            expect([below, ...above].every((one) => listed.has(one))).toBe(true)
            expect(new Set(above).size).toBe(above.length)
          }
        },
      ),
    )
  })
})
