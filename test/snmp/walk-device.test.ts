import { afterEach, describe, expect, test } from 'vitest'
import { vendors } from '@/lib/snmp/vendors'
import { askSystem, createWalker, type NotWalked, type Walked, walkDevice } from '@/lib/snmp/walk-device'
import { type AgentValue, type GeneratedAgent, generatedAgent } from './generated-agent'
import { profileFor } from './replay'

const system = '1.3.6.1.2.1.1'
const ifTable = '1.3.6.1.2.1.2.2.1'
const ifName = '1.3.6.1.2.1.31.1.1.1.1'
const arp = '1.3.6.1.2.1.4.22.1.2'
const interfaces = 60

/** A device that is generated: a system group, interfaces and neighbours in ARP. */
function rows(): Record<string, AgentValue> {
  const found: Record<string, AgentValue> = {
    [`${system}.1.0`]: 'made up for a test',
    [`${system}.2.0`]: { tag: 6, octets: Buffer.from([0x2b, 6, 1, 4, 1, 0x81, 0x00]) },
    [`${system}.3.0`]: { tag: 0x43, octets: Buffer.from([0, 0x98, 0x96, 0x80]) },
    [`${system}.5.0`]: 'made-up',
  }
  for (let i = 1; i <= interfaces; i++) {
    found[`${ifTable}.1.${i}`] = i
    found[`${ifTable}.2.${i}`] = `port ${i}`
    found[`${ifTable}.3.${i}`] = 6
    found[`${ifTable}.7.${i}`] = 1
    found[`${ifTable}.8.${i}`] = 1
    found[`${ifName}.${i}`] = `p${i}`
    found[`${arp}.${i}.10.0.0.${i}`] = Buffer.from([0, 1, 2, 3, 4, i])
  }
  return found
}

const agents: GeneratedAgent[] = []
const started = async (given = rows()) => {
  const agent = await generatedAgent(given)
  agents.push(agent)
  return agent
}
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close()
})

const signal = new AbortController().signal
const quick = { timeout_ms: 150, retries: 0 }
const walk = (agent: GeneratedAgent, more = {}, options = {}) =>
  walkDevice(profileFor(agent.port, { ...quick, ...more }), agent.address, vendors, { signal, ...options })

function whole(found: Walked | NotWalked): Walked {
  if ('failure' in found) throw new Error(found.failure)
  return found
}
const counts = ({ facts }: Walked) => [facts.system.name, facts.interfaces.length, facts.arp.length]
const everything = ['made-up', interfaces, interfaces]
const v1 = { credentials: { version: '1', community: 'public' } } as const

describe('walkDevice, with generated agents', () => {
  test('brings facts, in few questions, several tables with each', async () => {
    const agent = await started()
    const found = whole(await walk(agent))
    expect(counts(found)).toEqual(everything)
    expect(found.faults).toEqual([])
    expect(found.facts.system.uptimeSeconds).toBe(100_000)
    const bulks = agent.questions.filter((one) => one.kind === 'bulk')
    expect(Math.max(...bulks.map((one) => one.oids.length))).toBe(5)
    expect(bulks.every((one) => one.oids.length * one.repetitions <= 25)).toBe(true)
  })

  test('a device that sends texts of 50 kB is left when it has sent 32 MiB, and what came is kept', async () => {
    const long = Buffer.alloc(50_000, 'x')
    const agent = await started({
      ...rows(),
      ...Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${ifTable}.2.${i + 1}`, long])),
    })
    agent.behaviour = ({ kind }, usual) => {
      const { varbinds, ...reply } = usual()
      return { ...reply, varbinds: kind === 'bulk' ? varbinds.slice(0, 1) : varbinds }
    }
    const found = whole(await walk(agent, { timeout_ms: 1000 }))
    expect(found.facts.system.name).toBe('made-up')
    expect(found.faults[0]).toMatch(/more than 32 MiB/)
    expect(found.facts.interfaces.length).toBeLessThan(1000)
  })

  test('walks v1 by GETNEXT, though one missing instance makes an agent refuse all', async () => {
    const agent = await started()
    const found = whole(await walk(agent, v1))
    expect(counts(found)).toEqual(everything)
    expect(found.faults).toEqual([])
    expect(new Set(agent.questions.map((one) => one.kind))).toEqual(new Set(['next']))
  })

  test('asks for less when the device says tooBig, and remembers it', async () => {
    const agent = await started()
    agent.behaviour = (question, usual) => {
      const size = question.oids.length * (question.kind === 'bulk' ? question.repetitions : 1)
      return size > 7 ? { status: 1, index: 0, varbinds: [] } : usual()
    }
    const found = whole(await walk(agent))
    expect(counts(found)).toEqual(everything)
    expect(found.faults).toEqual([])
    expect(
      agent.questions.filter((one) => one.kind === 'bulk' && one.oids.length * one.repetitions > 7).length,
    ).toBeLessThan(4)
  })

  test.each([
    ['ignores it', null],
    ['answers without instances', { status: 0, index: 0, varbinds: [] }],
    ['answers genErr', { status: 5, index: 1, varbinds: [] }],
  ] as const)('uses GETNEXT where the device does not know GETBULK and %s', async (_how, reply) => {
    const agent = await started()
    agent.behaviour = (question, usual) => (question.kind === 'bulk' ? reply && { ...reply, varbinds: [] } : usual())
    const found = whole(await walk(agent))
    expect(counts(found)).toEqual(everything)
    expect(found.faults).toEqual([])
    expect(agent.questions.filter((one) => one.kind === 'bulk').length).toBeLessThan(3)
  })

  test('loses one table alone when the device stumbles over an instance of it', async () => {
    const agent = await started()
    const bad = `${arp}.30.10.0.0.30`
    agent.behaviour = (_question, usual) => {
      const reply = usual()
      return reply.varbinds.some(([oid]) => oid === bad) ? { status: 5, index: 1, varbinds: [] } : reply
    }
    const found = whole(await walk(agent))
    expect(counts(found)).toEqual(['made-up', interfaces, 29])
    expect(found.faults).toEqual([`${arp}: error status 5 after ${arp}.29.10.0.0.29`])
  })

  test('loses one table alone when the device does not answer to it', async () => {
    const agent = await started()
    agent.behaviour = (question, usual) => (question.oids.some((oid) => oid.startsWith(arp)) ? null : usual())
    const found = whole(await walk(agent))
    expect(counts(found)).toEqual(['made-up', interfaces, 0])
    expect(found.faults).toEqual([`${arp}: no answer, though the device answers to others after ${arp}`])
  })

  test('ends a table whose object ids do not grow, and keeps what came before', async () => {
    const agent = await started()
    agent.behaviour = (question, usual) => {
      const reply = usual()
      const at = reply.varbinds.findIndex(([oid]) => oid === `${arp}.20.10.0.0.20`)
      return at < 0 || question.kind === 'get'
        ? reply
        : { ...reply, varbinds: reply.varbinds.with(at, [`${arp}.5.10.0.0.5`, Buffer.from([0, 1, 2, 3, 4, 5])]) }
    }
    const found = whole(await walk(agent))
    expect(counts(found)).toEqual(['made-up', interfaces, 19])
    expect(found.faults).toEqual([expect.stringContaining('out of order')])
  })

  test('keeps what came until its deadline, and says what is missing', async () => {
    const agent = await started()
    agent.behaviour = (question, usual) => (question.oids.some((oid) => oid.startsWith(arp)) ? null : usual())
    const found = whole(await walk(agent, { timeout_ms: 20_000 }, { deadlineMs: 300 }))
    expect(found.faults[0]).toBe('the deadline of 0.3 s passed')
    expect(found.faults.join()).toContain(arp)
    expect(found.durationMs).toBeLessThan(3000)
    expect(found.facts.system.name).toBe('made-up')
  })

  test('stops at so many instances of a table, and of all of them', async () => {
    const agent = await started()
    const found = whole(await walk(agent, {}, { maxRows: 100 }))
    expect(found.oids).toBeLessThan(160)
    expect(found.faults.join()).toContain('more than')
  })

  test('a device that starts anew in the middle ends its walk, with what it was before', async () => {
    const agent = await started()
    agent.behaviour = (question, usual) => {
      if (question.kind !== 'bulk') return usual()
      agent.rows[`${system}.3.0`] = { tag: 0x43, octets: Buffer.from([1]) }
      return null
    }
    const found = whole(await walk(agent))
    expect(found.faults[0]).toBe('it restarted in the middle of the walk')
    expect(found.facts.system.uptimeSeconds).toBe(100_000)
  })

  test('nobody there is a failure that says how often it was asked', async () => {
    const agent = await started()
    agent.behaviour = () => null
    expect(await walk(agent, { retries: 1 })).toEqual({
      failure: `no answer from 127.0.0.1 port ${agent.port} to 2 tries of 150 ms`,
    })
    expect(agent.questions.length).toBe(2)
    expect(new Set(agent.questions.map((one) => one.requestId)).size).toBe(1)
  })

  test('a closed port is said as such', async () => {
    const agent = await generatedAgent({})
    await agent.close()
    expect(await walk(agent)).toEqual({ failure: expect.stringContaining('ECONNREFUSED') })
  })

  test('a question that was lost is put again', async () => {
    const agent = await started()
    let held = 0
    agent.behaviour = (_question, usual) => (held++ === 0 ? null : usual())
    expect(counts(whole(await walk(agent, { retries: 1 })))).toEqual(everything)
  })

  test('goes over IPv6', async (context) => {
    const agent = await generatedAgent(rows(), '::1').catch(() => null)
    if (!agent) return context.skip('needs IPv6 on loopback')
    agents.push(agent)
    expect(counts(whole(await walk(agent)))).toEqual(everything)
  })

  test('is stopped by its signal at once', async () => {
    const agent = await started()
    agent.behaviour = () => null
    const stop = new AbortController()
    const walking = walk(agent, { timeout_ms: 30_000 }, { signal: stop.signal })
    stop.abort()
    expect(await walking).toEqual({ failure: 'the walk was stopped' })
  })

  test('a vendor that stumbles over its rows costs its own facts alone', async () => {
    const agent = await started()
    const clumsy = {
      os: 'clumsy',
      vendor: 'None',
      signs: [],
      recognises: () => 1,
      plan: { scalars: [], tables: [] },
      facts: () => {
        throw new Error('no such row')
      },
    }
    const found = whole(await walkDevice(profileFor(agent.port), agent.address, [clumsy], { signal }))
    expect(counts(found)).toEqual(everything)
    expect(found.faults).toEqual(['facts of clumsy could not be read: no such row'])
  })

  test('askSystem brings the system group alone', async () => {
    const agent = await started()
    const found = await askSystem(profileFor(agent.port), agent.address, { signal })
    expect(found).toMatchObject({ system: { name: 'made-up', description: 'made up for a test' } })
    expect(agent.questions.length).toBe(1)
  })
})

describe('createWalker', () => {
  test('opens no more sockets at once than it may, and lets everybody have a turn', async () => {
    const agent = await started()
    let atOnce = 0
    const { walkDevice: walkInTurn, count } = createWalker({ sockets: 3 })
    agent.behaviour = (_question, usual) => {
      atOnce = Math.max(atOnce, count().walking)
      return usual()
    }
    const walks = Array.from({ length: 12 }, () =>
      walkInTurn(profileFor(agent.port), agent.address, vendors, { signal }),
    )
    expect(count()).toEqual({ walking: 3, waiting: 9 })
    for (const found of await Promise.all(walks)) expect(counts(whole(found))).toEqual(everything)
    expect(atOnce).toBe(3)
    expect(count()).toEqual({ walking: 0, waiting: 0 })
  })

  test('who waits for a turn can leave, and nobody else loses his', async () => {
    const agent = await started()
    const { walkDevice: walkInTurn, count } = createWalker({ sockets: 1 })
    const leaving = new AbortController()
    const profile = profileFor(agent.port)
    const first = walkInTurn(profile, agent.address, vendors, { signal })
    const second = walkInTurn(profile, agent.address, vendors, { signal: leaving.signal })
    const third = walkInTurn(profile, agent.address, vendors, { signal })
    leaving.abort()
    expect(await second).toEqual({ failure: 'stopped before its turn came' })
    expect(counts(whole(await first))).toEqual(everything)
    expect(counts(whole(await third))).toEqual(everything)
    expect(count()).toEqual({ walking: 0, waiting: 0 })
  })
})
