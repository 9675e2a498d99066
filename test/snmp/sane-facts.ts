import { expect } from 'vitest'
import { type DeviceFacts, factLimits } from '@/lib/domain/device-facts'
import { packFacts, unpackFacts } from '@/lib/wire/facts'

/** What holds of facts whatever a device said: within the limits, and nothing in them that the wire would change or drop. */
export function expectSane(facts: DeviceFacts): void {
  for (const [name, most] of Object.entries(factLimits)) {
    const list: unknown = facts[name as keyof typeof factLimits]
    expect(Array.isArray(list) ? list.length : Number.NaN, name).toBeLessThanOrEqual(most)
  }
  for (const { ifIndex } of [...facts.radios, ...facts.stations, ...facts.links, ...facts.neighbours, ...facts.arp]) {
    if (ifIndex !== null) expect(ifIndex > 0 && ifIndex <= 0xff_ff_ff_ff, `interface ${ifIndex}`).toBe(true)
  }
  expect(unpackFacts(packFacts(facts))).toEqual(facts)
}
