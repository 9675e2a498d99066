import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, test } from 'vitest'
import { BerReader, tags } from '@/lib/snmp/ber'
import { BerWriter } from '@/lib/snmp/ber-writer'
import { openSnmp } from '@/lib/snmp/session'
import { unfit } from '@/lib/snmp/v3-guard'
import { askSystem } from '@/lib/snmp/walk-device'
import { SnmpCredentials } from '@/lib/wire/snmp'
import { profileFor } from './replay'
import { type Snmpd, snmpdHint, snmpdPath, startSnmpd } from './snmpd'

const signal = new AbortController().signal
const password = 'authentic-8'
const credentials = SnmpCredentials.parse({
  version: '3',
  user: 'somebody',
  level: 'authNoPriv',
  auth_password: password,
})

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close()
})

async function listening(hear: (datagram: Buffer, answer: (bytes: Buffer) => void) => void): Promise<number> {
  const socket = createSocket('udp4')
  sockets.push(socket)
  socket.on('message', (datagram, from) =>
    hear(datagram, (bytes) => socket.send(bytes, from.port, from.address, () => {})),
  )
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket.address().port
}

/** A message to which a question would listen, with noise for a signature. */
function signedAnswer(question: Buffer): Buffer {
  const reader = new BerReader(question)
  reader.end = reader.open(tags.sequence)
  reader.integer()
  reader.open(tags.sequence)
  const id = reader.integer()
  const out = new BerWriter()
  out.close(tags.sequence, 0)
  for (const number of [0, 0, 1]) out.integer(number)
  out.close(tags.response, 0)
  for (const octets of ['', 'engine']) out.octets(Buffer.from(octets))
  out.close(tags.sequence, 0)
  const end = out.mark()
  for (const octets of ['', 'twelve-bytes', 'somebody']) out.octets(Buffer.from(octets))
  for (const number of [3, 500]) out.integer(number)
  out.octets(Buffer.from('engine'))
  out.close(tags.sequence, end)
  out.close(tags.octets, end)
  const header = out.mark()
  out.integer(3)
  out.octets(Buffer.from([1]))
  for (const number of [65_000, id]) out.integer(number)
  out.close(tags.sequence, header)
  out.integer(3)
  out.close(tags.sequence, 0)
  return out.done()
}

const ask = (port: number) =>
  askSystem(profileFor(port, { credentials, timeout_ms: 150, retries: 1 }), '127.0.0.1', { signal })

describe('a session of v3, with generated peers', () => {
  test.each<[string, (datagram: Buffer) => Buffer]>([
    ['random octets', (datagram) => Buffer.from(datagram.map(() => Math.floor(Math.random() * 256)))],
    ['its own question', (datagram) => datagram],
    ['its own question, cut', (datagram) => datagram.subarray(0, -7)],
    ['an empty sequence', () => Buffer.from([0x30, 0])],
    ['nothing at all', () => Buffer.alloc(0)],
    ['a length without end', () => Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])],
  ])('answered with %s: a failure, and the process lives', async (_what, answered) => {
    const port = await listening((datagram, answer) => answer(answered(datagram)))
    expect(await ask(port)).toEqual({ failure: expect.stringContaining('') })
  })

  test('a signed answer to a question without a signature: a failure, and the process lives', async () => {
    const port = await listening((datagram, answer) => answer(signedAnswer(datagram)))
    const open = SnmpCredentials.parse({ version: '3', user: 'somebody', level: 'noAuthNoPriv' })
    const profile = profileFor(port, { credentials: open, timeout_ms: 150, retries: 1 })
    expect(await askSystem(profile, '127.0.0.1', { signal, deadlineMs: 3000 })).toEqual({
      failure: expect.stringContaining('answer with a signature that nobody asked for'),
    })
  })

  test('nobody there: a failure', async () => {
    const port = await listening(() => {})
    expect(await ask(port)).toEqual({ failure: `no answer from 127.0.0.1 port ${port} to 2 tries of 150 ms` })
  })
})

const hint = snmpdPath === null ? ` (skipped: ${snmpdHint})` : ''

describe.skipIf(snmpdPath === null)(`a session of v3, through a relay to snmpd${hint}`, () => {
  const relayed = async (snmpd: Snmpd, change: (datagram: Buffer) => Buffer[]) =>
    listening((datagram, answer) => {
      const onward = createSocket('udp4')
      sockets.push(onward)
      onward.on('message', (reply) => {
        for (const one of change(reply)) answer(one)
      })
      onward.send(datagram, snmpd.port, '127.0.0.1', () => {})
    })

  test('takes signed answers alone: doubled ones pass, cut ones and ones without their signature do not', async () => {
    const snmpd = await startSnmpd(['sysName relayed', `createUser somebody SHA ${password}`, 'rouser somebody auth'])
    try {
      expect(await ask(await relayed(snmpd, (reply) => [reply, reply]))).toMatchObject({ system: { name: 'relayed' } })
      const cut = await ask(await relayed(snmpd, (reply) => [reply.subarray(0, -9)]))
      expect(cut).toEqual({ failure: expect.stringContaining('malformed answer') })
      const unsigned = await ask(await relayed(snmpd, (reply) => [withoutSignature(reply)]))
      expect(unsigned).toEqual({ failure: expect.stringContaining('answer without a signature') })
      const forged = await ask(await relayed(snmpd, (reply) => [withOctet(reply, reply.length - 1)]))
      expect(forged).toEqual({ failure: expect.stringContaining('Wrong Digest') })
    } finally {
      await snmpd.end()
    }
  })

  // The octet of flags stands behind version, id and size: 04 01 FLAGS 02 01 03 (security model).
  const flagsAt = (datagram: Buffer) => datagram.indexOf(Buffer.from([2, 1, 3]), 10) - 1
  const isReport = (datagram: Buffer) =>
    unfit(datagram, 'authNoPriv') === null && (datagram[flagsAt(datagram)] ?? 0) === 0

  function withoutSignature(datagram: Buffer): Buffer {
    if (isReport(datagram)) return datagram
    const changed = Buffer.from(datagram)
    changed[flagsAt(datagram)] = 0
    return changed
  }

  function withOctet(datagram: Buffer, at: number): Buffer {
    if (isReport(datagram)) return datagram
    const changed = Buffer.from(datagram)
    changed[at] = (changed[at] ?? 0) ^ 1
    return changed
  }
})

test('a session that was never asked can be closed', () => {
  const session = openSnmp({ address: '127.0.0.1', port: 161, credentials, timeoutMs: 100, retries: 0 })
  expect(() => session.close()).not.toThrow()
})
