import { spawn, spawnSync } from 'node:child_process'
import { createSocket, Socket } from 'node:dgram'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BerReader, tags } from '@/lib/snmp/ber'
import { BerWriter } from '@/lib/snmp/ber-writer'
import { decodeResponse } from '@/lib/snmp/message'
import { parseTrap, type Trap } from '@/lib/snmp/trap'
import { openTrapPort, type TrapCounts } from '@/lib/snmp/trap-port'

type Value = number | string | Buffer | { oid: string } | { ticks: number }
const linkDown = '1.3.6.1.6.3.1.1.5.3'
const upTime = '1.3.6.1.2.1.1.3.0'
const trapOid = '1.3.6.1.6.3.1.1.4.1.0'
const regLost = '1.3.6.1.4.1.161.19.3.1.5.1.2'

function instances(out: BerWriter, varbinds: readonly (readonly [string, Value])[]): void {
  const end = out.mark()
  for (const [oid, value] of [...varbinds].reverse()) {
    const one = out.mark()
    if (typeof value === 'number') out.integer(value)
    else if (typeof value === 'string') out.octets(Buffer.from(value))
    else if (Buffer.isBuffer(value)) out.octets(value)
    else if ('oid' in value) out.oid(value.oid)
    else out.integer(value.ticks, tags.ticks)
    out.oid(oid)
    out.close(tags.sequence, one)
  }
  out.close(tags.sequence, end)
}

/** A trap or inform of v2c, generated. */
function version2(oid: string, more: readonly (readonly [string, Value])[] = [], tag: number = tags.trap2): Buffer {
  const out = new BerWriter()
  instances(out, [[upTime, { ticks: 12_345 }], [trapOid, { oid }], ...more])
  out.integer(0)
  out.integer(0)
  out.integer(4711)
  out.close(tag, 0)
  return community(out, 1)
}

function version1(generic: number, specific: number, more: readonly (readonly [string, Value])[] = []): Buffer {
  const out = new BerWriter()
  instances(out, more)
  out.integer(700, tags.ticks)
  out.integer(specific)
  out.integer(generic)
  out.octets(Buffer.from([192, 0, 2, 7]), tags.ipAddress)
  out.oid('1.3.6.1.4.1.161.19.3.1.5.1')
  out.close(tags.trap1, 0)
  return community(out, 0)
}

function community(out: BerWriter, version: number): Buffer {
  out.octets(Buffer.from('public'))
  out.integer(version)
  out.close(tags.sequence, 0)
  return out.done()
}

/** A trap of v3, generated; flags 2 and 3 are encrypted, and its PDU is noise then. */
function version3(flags: number): Buffer {
  const out = new BerWriter()
  if (flags & 2) out.octets(Buffer.from([9, 8, 7, 6]))
  else {
    instances(out, [
      [trapOid, { oid: linkDown }],
      ['1.3.6.1.2.1.2.2.1.1.3', 3],
    ])
    for (const number of [0, 0, 1]) out.integer(number)
    out.close(tags.trap2, 0)
    out.octets(Buffer.from(''))
    out.octets(Buffer.from([1, 2, 3, 4, 5]))
    out.close(tags.sequence, 0)
  }
  const end = out.mark()
  for (const octets of ['', '', 'operator']) out.octets(Buffer.from(octets))
  for (const number of [500, 3]) out.integer(number)
  out.octets(Buffer.from([1, 2, 3, 4, 5]))
  out.close(tags.sequence, end)
  out.close(tags.octets, end)
  const header = out.mark()
  out.integer(3)
  out.octets(Buffer.from([flags]))
  out.integer(65_000)
  out.integer(99)
  out.close(tags.sequence, header)
  out.integer(3)
  out.close(tags.sequence, 0)
  return out.done()
}

function trapOf(datagram: Buffer): Trap {
  const trap = parseTrap(datagram)
  if ('fault' in trap) throw new Error(trap.fault)
  return trap
}

const station = Buffer.from([0x0a, 0, 0x3e, 0x11, 0x22, 0x33])
const stationMac = '0a:00:3e:11:22:33'

describe('parseTrap', () => {
  test.each([
    ['a link that went down, by ifIndex', linkDown, [['1.3.6.1.2.1.2.2.1.1.5', 5]], { kind: 'link_down', ifIndex: 5 }],
    [
      'by the index of another column',
      linkDown,
      [['1.3.6.1.2.1.31.1.1.1.1.12', 'wlan1']],
      { ifIndex: 12, ifName: 'wlan1' },
    ],
    ['a link that came up', '1.3.6.1.6.3.1.1.5.4', [], { kind: 'link_up', ifIndex: null }],
    ['a cold start', '1.3.6.1.6.3.1.1.5.1', [], { kind: 'rebooted' }],
    ['a warm start', '1.3.6.1.6.3.1.1.5.2', [], { kind: 'rebooted' }],
    [
      'a registration of PMP that is lost',
      regLost,
      [['1.3.6.1.4.1.161.19.3.1.4.1.3.2', station]],
      { kind: 'station_left', stationMac },
    ],
    [
      'one that is complete',
      '1.3.6.1.4.1.161.19.3.1.5.1.1',
      [['1.3.6.1.4.1.161.19.3.1.4.1.3.2', station]],
      { kind: 'station_joined', stationMac },
    ],
    [
      'a station of 802.11 that left',
      '1.2.840.10036.1.6.0.1',
      [['1.2.840.10036.1.1.1.18.1', station]],
      { kind: 'station_left', stationMac },
    ],
    ['anything else', '1.3.6.1.4.1.9.9.1', [['1.3.6.1.4.1.9', station]], { kind: 'other', stationMac: null }],
  ] as const)('%s', (_what, oid, more, expected) => {
    expect(trapOf(version2(oid, more))).toMatchObject({
      version: '2c',
      community: 'public',
      oid,
      uptimeSeconds: 123,
      ...expected,
    })
  })

  test('v1 traps get the object id that RFC 3584 gives them', () => {
    expect(trapOf(version1(2, 0, [['1.3.6.1.2.1.2.2.1.1.4', 4]]))).toMatchObject({
      version: '1',
      kind: 'link_down',
      oid: linkDown,
      agent: '192.0.2.7',
      ifIndex: 4,
      uptimeSeconds: 7,
      confirmation: null,
    })
    expect(trapOf(version1(6, 2, [['1.3.6.1.4.1.161.19.3.1.4.1.3.2', station]]))).toMatchObject({
      kind: 'station_left',
      oid: '1.3.6.1.4.1.161.19.3.1.5.1.0.2',
      stationMac,
    })
  })

  test('v3 traps tell their user, and what they say unless it is encrypted', () => {
    expect(trapOf(version3(1))).toMatchObject({
      version: '3',
      user: 'operator',
      kind: 'link_down',
      ifIndex: 3,
      community: null,
    })
    expect(trapOf(version3(3))).toMatchObject({ version: '3', user: 'operator', kind: 'other', oid: null })
  })

  test('an inform brings its confirmation: same id, same instances', () => {
    const inform = version2(linkDown, [['1.3.6.1.2.1.2.2.1.1.5', 5]], tags.inform)
    const { confirmation } = trapOf(inform)
    const read = confirmation && decodeResponse(confirmation, '2c')
    expect(read).toMatchObject({ requestId: 4711, status: 0, index: 0 })
    expect(read && 'varbinds' in read && read.varbinds).toEqual([
      { oid: upTime, value: 12_345 },
      { oid: trapOid, value: linkDown },
      { oid: '1.3.6.1.2.1.2.2.1.1.5', value: 5 },
    ])
    expect(trapOf(version2(linkDown)).confirmation).toBeNull()
  })

  test('what is no trap is a fault', () => {
    const question = version2(linkDown, [], tags.get)
    expect(parseTrap(question)).toEqual({ fault: 'message of kind 160 found, a trap or an inform expected' })
    expect(parseTrap(Buffer.from('GET / HTTP/1.1'))).toHaveProperty('fault')
    expect(parseTrap(Buffer.alloc(0))).toHaveProperty('fault')
  })

  test('never throws, whatever comes', () => {
    const whole = [
      version1(2, 0),
      version2(linkDown, [['1.3.6.1.2.1.2.2.1.1.5', 5]], tags.inform),
      version3(1),
      version3(3),
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 }),
        fc.nat(200),
        (bytes, changes, cut) => {
          const changed = Buffer.from(bytes)
          for (const [at, octet] of changes) changed[at % changed.length] = octet
          expect(parseTrap(changed)).toBeTypeOf('object')
          expect(parseTrap(changed.subarray(0, cut))).toBeTypeOf('object')
        },
      ),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(parseTrap(Buffer.from(noise))).toBeTypeOf('object')
      }),
    )
  })
})

describe('openTrapPort', () => {
  const stop = { now: new AbortController() }
  const heard: [Trap, string][] = []
  let port: { port: number; counts(): TrapCounts }
  beforeEach(async () => {
    stop.now = new AbortController()
    heard.length = 0
    const onTrap = (trap: Trap, from: string) => heard.push([trap, from])
    port = await openTrapPort({ port: 0, address: '127.0.0.1', signal: stop.now.signal, onTrap })
  })
  afterEach(() => stop.now.abort())

  const send = async (datagram: Buffer, answered: boolean) => {
    const socket = createSocket('udp4')
    const answer = new Promise<Buffer>((resolve) => socket.once('message', resolve))
    await new Promise<void>((resolve) => socket.send(datagram, port.port, '127.0.0.1', () => resolve()))
    const found = answered ? await answer : null
    socket.close()
    return found
  }

  test('tells what came and from where, and counts what is no trap', async () => {
    await send(Buffer.from('no trap'), false)
    await send(version2(linkDown), false)
    await expect.poll(() => heard.length).toBe(1)
    expect(heard[0]).toMatchObject([{ kind: 'link_down' }, '127.0.0.1'])
    expect(port.counts()).toEqual({ traps: 1, malformed: 1, dropped: 0 })
  })

  test('confirms an inform', async () => {
    const answer = await send(version2(linkDown, [], tags.inform), true)
    expect(answer && new BerReader(answer).tag()).toBe(tags.sequence)
    expect(heard.length).toBe(1)
  })

  test('rejects when the port cannot be had', async () => {
    const options = { port: port.port, address: '127.0.0.1', signal: stop.now.signal, onTrap: () => {} }
    await expect(openTrapPort(options)).rejects.toThrow(/EADDRINUSE/)
  })

  test('an inform from port 0, which nobody can answer, is heard and ends nothing', async () => {
    const on = vi.spyOn(Socket.prototype, 'on')
    const options = { port: 0, address: '127.0.0.1', signal: stop.now.signal }
    const other = await openTrapPort({ ...options, onTrap: (trap, from) => heard.push([trap, from]) })
    const [, take] = on.mock.calls.find(([event]) => event === 'message') ?? []
    on.mockRestore()
    take?.(Buffer.from(version2(linkDown, [], tags.inform)), { address: '127.0.0.1', port: 0, family: 'IPv4', size: 0 })
    expect(other.counts()).toMatchObject({ traps: 1 })
    expect(heard).toMatchObject([[{ kind: 'link_down' }, '127.0.0.1']])
  })

  const hasTool = spawnSync('snmptrap', ['-V']).status === 0
  const hint = hasTool ? '' : ' (skipped: needs snmptrap of Net-SNMP: apt-get install snmp)'
  test.skipIf(!hasTool)(`understands snmptrap and snminform of Net-SNMP${hint}`, async () => {
    const to = `127.0.0.1:${port.port}`
    const run = (...args: string[]) =>
      new Promise<number | null>((resolve) => spawn('snmptrap', ['-m', '', ...args]).once('exit', resolve))
    const index = ['1.3.6.1.2.1.2.2.1.1.9', 'i', '9']
    expect(await run('-v1', '-c', 'one', to, '1.3.6.1.4.1.8072', '192.0.2.9', '2', '0', '4200', ...index)).toBe(0)
    expect(await run('-v2c', '-c', 'two', to, '4200', linkDown, ...index)).toBe(0)
    expect(await run('-v2c', '-Ci', '-c', 'three', '-r', '0', to, '4200', linkDown, ...index)).toBe(0)
    const engine = ['-e', '0x8000000001020304']
    expect(await run('-v3', ...engine, '-u', 'four', '-l', 'noAuthNoPriv', to, '4200', linkDown, ...index)).toBe(0)
    await expect.poll(() => heard.length).toBe(4)
    for (const [trap] of heard)
      expect(trap).toMatchObject({ kind: 'link_down', oid: linkDown, ifIndex: 9, uptimeSeconds: 42 })
    expect(heard.map(([trap]) => trap.community ?? trap.user)).toEqual(['one', 'two', 'three', 'four'])
  })
})
