import { describe, expect, test } from 'vitest'
import { Network } from '@/lib/domain/network'
import { sightingsOf } from '@/lib/domain/sightings'
import { recordingNames, recordingsHint, walkOf } from './recordings'

const names = recordingNames()

describe.skipIf(names.length === 0)(`the network that real devices were recorded in (${recordingsHint})`, () => {
  const at = Date.parse('2026-03-17T12:00:00Z')
  const walks = names.map((name, i) => ({ id: i + 1, name, facts: walkOf(name).facts }))
  const network = new Network()
  network.setDevices(
    walks.map(({ id, name, facts }) => ({
      id,
      name,
      address: `198.51.100.${id}`,
      role: facts.role ?? 'other',
      siteId: null,
      isGateway: false,
    })),
  )
  for (const { id, facts } of walks) network.hear(id, sightingsOf(facts, at))
  network.learn()
  const above = (name: string) =>
    network
      .upstreamOf(names.indexOf(name) + 1)
      .map((edge) => [names[edge.upstreamId - 1], edge.provenance, edge.confidence])

  test('four Juniper devices stand as LLDP says from both ends of each link', () => {
    const site = 'junos_onms-10205b'
    expect(above(`${site}-delhi`)).toEqual([])
    expect(above(`${site}-bagmane`)).toEqual([[`${site}-delhi`, 'lldp', 0.99]])
    expect(above(`${site}-space-ex-sw1`)).toEqual([[`${site}-delhi`, 'lldp', 0.99]])
    expect(above(`${site}-space-ex-sw2`)).toEqual([[`${site}-space-ex-sw1`, 'lldp', 0.99]])
  })

  test('devices of other networks hang on nobody, though defaults and anonymised addresses repeat', () => {
    const hanging = names.filter((name) => above(name).length > 0 && !name.includes('onms-10205b'))
    // These two were recorded by one person, and hear each other.
    expect(hanging).toEqual(['edgeswitch_es-24-250w'])
  })
})
