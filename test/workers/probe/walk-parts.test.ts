import { describe, expect, test } from 'vitest'
import { type DeviceFacts, noFacts } from '@/lib/domain/device-facts'
import { createRegistrations } from '@/workers/probe/registrations'
import { seal, unseal } from '@/workers/probe/sealed'
import { createSightings } from '@/workers/probe/sightings'
import { createTrapSieve } from '@/workers/probe/trap-sieve'
import { walkInTurn } from '@/workers/probe/walk-in-turn'
import type { HeardTrap } from '@/workers/probe/walk-words'
import { standingClock } from './world'

const facts = (change: Partial<DeviceFacts>): DeviceFacts => ({ ...noFacts(), ...change })
const station = (mac: string | null, ip: string | null = null) => ({
  ...{ mac, ip, name: null, ifIndex: null, signalDbm: null, snrDb: null },
  ...{ distanceM: null, uptimeSeconds: null, txBps: null, rxBps: null },
})
const neighbour = (mac: string | null, addresses: string[] = []) => ({
  ...{ protocol: 'lldp' as const, ifIndex: null, localPort: null, mac, chassis: null, port: null },
  ...{ name: null, platform: null, addresses },
})

describe('what opens devices, on the disk of the probe', () => {
  test('is read with its token alone, and not once it was tampered with', () => {
    const sealed = seal('token one', '[{"community":"secret"}]')
    expect(sealed).not.toContain('secret')
    expect(unseal('token one', sealed)).toBe('[{"community":"secret"}]')
    expect(unseal('token two', sealed)).toBeNull()
    expect(unseal('token one', `${sealed.slice(0, -4)}AAAA`)).toBeNull()
    expect(unseal('token one', 'nonsense')).toBeNull()
  })
})

describe('stations that left', () => {
  test('are those of the walk before, by their MAC, with the target that has it', () => {
    const registrations = createRegistrations()
    expect(registrations.take(2, facts({ macs: ['00:00:00:00:00:02'] }))).toEqual([])
    const ap = (...macs: string[]) =>
      facts({ stations: [station(null), ...macs.map((mac) => station(mac, '10.0.0.9'))] })
    expect(registrations.take(1, ap('00:00:00:00:00:02', '00:00:00:00:00:03'))).toEqual([])
    expect(registrations.take(1, ap('00:00:00:00:00:03'))).toEqual([
      { targetId: 2, ip: '10.0.0.9', mac: '00:00:00:00:00:02' },
    ])
    expect(registrations.take(1, ap())).toEqual([{ targetId: null, ip: '10.0.0.9', mac: '00:00:00:00:00:03' }])
    expect(registrations.take(1, ap())).toEqual([])
  })
})

test('what devices see are neighbours, stations and far ends, by any ARP table where only a MAC is given; each once', () => {
  const { take } = createSightings()
  expect(take(facts({ neighbours: [neighbour(null, ['10.0.0.2']), neighbour('00:00:00:00:00:05')] }))).toEqual([
    '10.0.0.2',
  ])
  const second = facts({
    arp: [
      { ip: '10.0.0.5', mac: '00:00:00:00:00:05', ifIndex: null },
      { ip: '10.0.0.77', mac: '00:00:00:00:00:77', ifIndex: null }, // nobody sees it but by ARP: a customer's own
    ],
    stations: [station(null, '10.0.0.6'), station('00:00:00:00:00:05')],
  })
  expect(take(second)).toEqual(['10.0.0.6', '10.0.0.5'])
  expect(take(second)).toEqual([])
})

describe('profiles in turn', () => {
  const profile = (id: number) => ({
    ...{ id, port: 161, timeout_ms: 100, retries: 0 },
    credentials: { version: '2c' as const, community: 'c' },
  })
  const job = { address: '10.0.0.1', profiles: [1, 2, 3].map(profile), deadlineMs: 1000 }
  const walkerOf = (opens: number) => {
    const tried: number[] = []
    return {
      tried,
      walkDevice: async ({ id }: { id: number }) => {
        tried.push(id)
        return id === opens
          ? { facts: noFacts(), durationMs: 1, oids: 1, faults: [] }
          : { failure: id === 1 ? 'no answer' : 'unknown user' }
      },
    }
  }

  test('the first that opens the device ends it', async () => {
    const walker = walkerOf(2)
    expect(await walkInTurn(walker, [], job, new AbortController().signal)).toMatchObject({ profileId: 2 })
    expect(walker.tried).toEqual([1, 2])
  })
  test('none: says so, with every reason', async () => {
    const signal = new AbortController().signal
    expect(await walkInTurn(walkerOf(9), [], job, signal)).toEqual({
      failure: 'none of 3 profiles opens it: no answer; unknown user',
    })
    expect(await walkInTurn(walkerOf(9), [], { ...job, profiles: [] }, signal)).toEqual({
      failure: 'no profile to try',
    })
  })
  test('stopped: no further one is tried', async () => {
    const walker = walkerOf(9)
    await walkInTurn(walker, [], job, AbortSignal.abort())
    expect(walker.tried).toEqual([])
  })
})

test('traps are let through in bundles, so many of a sender and of all', () => {
  const clock = standingClock()
  const bundles: HeardTrap[][] = []
  const take = createTrapSieve((items) => bundles.push(items), clock)
  const trap = { kind: 'link_down' as const, ifIndex: 3, ifName: null, stationMac: null, uptimeSeconds: null }
  for (let i = 0; i < 50; i++) take(trap, '10.0.0.1')
  take({ ...trap, kind: 'other' }, '10.0.0.2')
  take({ ...trap, kind: 'station_left', stationMac: '00:00:00:00:00:05' }, '10.0.0.2')
  take({ ...trap, kind: 'rebooted', uptimeSeconds: 4.2 }, '10.0.0.3')
  clock.advance(100)
  expect(bundles).toHaveLength(1)
  expect(bundles[0]).toHaveLength(22)
  expect(bundles[0]?.slice(-3).map((one) => one.detail)).toEqual(['interface 3', '00:00:00:00:00:05', 'up for 4 s'])
  for (let i = 0; i < 4000; i++) take(trap, `10.1.${i >> 8}.${i & 255}`)
  clock.advance(100)
  expect(bundles[1]).toHaveLength(2000 - 22)
  clock.advance(10_000)
  take(trap, '10.0.0.1')
  clock.advance(100)
  expect(bundles[2]).toHaveLength(1)
})
