import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PingRule, resolveRule, ruleFault } from '@/lib/domain/inheritance'

const global: PingRule = { interval: 10, timeout: 1, misses: 3, within: 15 }

describe('resolveRule', () => {
  test('without anything said the global rule holds', () => {
    expect(resolveRule({ global })).toEqual(global)
    expect(resolveRule({ global, site: null, device: {} })).toEqual(global)
  })
  test('each part comes from the nearest that says it', () => {
    const site = { interval: 30, misses: 5, timeout: null }
    const device = { misses: 2, within: null }
    expect(resolveRule({ global, site, device })).toEqual({ interval: 30, timeout: 1, misses: 2, within: 15 })
  })
  test('every part is what device, else site, else global says', () => {
    const layer = fc.record(
      { interval: maybe(), timeout: maybe(), misses: maybe(), within: maybe() },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(layer, layer, (site, device) => {
        const rule = resolveRule({ global, site, device })
        for (const part of ['interval', 'timeout', 'misses', 'within'] as const) {
          const said = [device[part], site[part], global[part]].find((value) => typeof value === 'number')
          expect(rule[part]).toBe(said)
        }
      }),
    )
  })
})

const maybe = () => fc.option(fc.integer({ min: 1, max: 60 }), { nil: null })

describe('ruleFault', () => {
  test.each([
    [global, null],
    [{ ...global, misses: 10, within: 10 }, '10 misses cannot fall within 10 s'],
    [{ ...global, misses: 10, within: 10.1 }, null],
    [{ ...global, misses: 1, within: 1 }, '1 misses cannot fall within 1 s'], // known only after its timeout
    [{ ...global, interval: 0.2, misses: 10, within: 3 }, null], // pinged faster than the confirm interval anyway
  ] as const)('%o', (rule, fault) => {
    const found = ruleFault(rule, 1)
    if (fault === null) expect(found).toBeNull()
    else expect(found).toContain(fault)
  })
})
