import { EventEmitter } from 'node:events'
import { isIPv6 } from 'node:net'
import snmp, { type NetVarbind, type SocketLike, type User } from 'net-snmp'
import type { SnmpCredentials } from '@/lib/wire/snmp'
import { teachDes } from './des'
import { connectSocket } from './device-socket'
import type { SnmpValue } from './rows'
import {
  type Answer,
  mostOctets,
  type Question,
  type SessionOptions,
  type SnmpSession,
  snmpErrors,
  tooMuch,
  type Varbind,
} from './session'
import { notedSilence } from './silence'
import { unfit } from './v3-guard'

teachDes()

type UserCredentials = Extract<SnmpCredentials, { version: '3' }>
type UserOptions = SessionOptions & { credentials: UserCredentials }
type Silence = ReturnType<typeof notedSilence>

/**
 * A session of v3, by net-snmp. Its socket is ours: connected to the device, and deaf to datagrams that are shorter than they
 * say, which net-snmp would take as whole. Without a listener to its errors one malformed datagram would end the process.
 */
export function openUserSession(options: UserOptions): SnmpSession {
  const { address, port, credentials, timeoutMs, retries } = options
  const silence = notedSilence(options)
  const stopped = new Set<() => void>()
  const session = snmp.createV3Session(address, userOf(credentials), {
    port,
    timeout: timeoutMs,
    retries,
    context: credentials.context,
    transport: isIPv6(address) ? 'udp6' : 'udp4',
    dgramModule: { createSocket: () => socketFor(options, silence) },
  })
  let open = true
  session.on('error', (error: Error) => silence.note(`malformed answer (${error.message})`))

  const ask = (question: Question, signal: AbortSignal) =>
    new Promise<Answer>((resolve) => {
      if (signal.aborted || !open) return resolve({ kind: 'stopped' })
      const settle = (answer: Answer) => {
        stopped.delete(stop)
        signal.removeEventListener('abort', stop)
        resolve(answer)
      }
      const stop = () => settle({ kind: 'stopped' })
      stopped.add(stop)
      signal.addEventListener('abort', stop)
      put(question, (error, varbinds) => settle(error ? failed(error, silence) : { kind: 'values', varbinds }))
    })

  const put = ({ kind, oids, repetitions }: Question, told: (error: Error | null, varbinds: Varbind[]) => void) => {
    const each = (error: Error | null, found?: NetVarbind[]) => told(error, (found ?? []).map(varbindOf))
    if (kind === 'get') session.get([...oids], each)
    else if (kind === 'next') session.getNext([...oids], each)
    else session.getBulk([...oids], 0, repetitions, (error, columns) => each(error, rowByRow(columns ?? [])))
  }

  const close = () => {
    if (!open) return
    open = false
    for (const stop of [...stopped]) stop()
    session.close()
  }
  return { version: '3', ask, close }
}

/** net-snmp sorts the answer to a GETBULK by column; asked questions expect it as it came. */
function rowByRow(columns: readonly (readonly NetVarbind[])[]): NetVarbind[] {
  const rows = Math.max(0, ...columns.map((column) => column.length))
  return Array.from({ length: rows }, (_, row) => columns.flatMap((column) => column[row] ?? [])).flat()
}

function varbindOf(varbind: NetVarbind): Varbind {
  return { oid: varbind.oid, value: snmp.isVarbindError(varbind) ? null : readable(varbind) }
}

function readable({ type, value }: NetVarbind): SnmpValue {
  if (type === snmp.ObjectType.IpAddress) return Buffer.from(String(value).split('.').map(Number))
  if (Buffer.isBuffer(value)) return type === snmp.ObjectType.Counter64 ? counter64(value) : value
  return typeof value === 'number' || typeof value === 'string' ? value : Buffer.alloc(0)
}

const counter64 = (octets: Buffer) =>
  octets.length === 0 ? 0n : BigInt.asUintN(64, BigInt(`0x${octets.toString('hex')}`))

function failed(error: Error, silence: Silence): Answer {
  if (error instanceof snmp.RequestFailedError) return { kind: 'refused', status: error.status, index: 0 }
  if (error instanceof snmp.ResponseInvalidError) {
    const { EAuthFailure, ECouldNotDecrypt } = snmp.ResponseInvalidCode
    if (error.code === EAuthFailure || error.code === ECouldNotDecrypt) return { kind: 'denied', why: denial(error) }
    return { kind: 'refused', status: snmpErrors.genErr, index: 0 }
  }
  if (!(error instanceof snmp.RequestTimedOutError)) silence.note(error.message)
  return { kind: 'silent', why: silence.words() }
}

/** Of a digest that does not fit net-snmp tells the user with its keys in `info`, and digests in its words: none of it leaves. */
const denial = (error: Error & { info?: unknown }) =>
  error.info === undefined ? error.message : 'Wrong Digest: the answer is signed with another password'

const privNames = { des: 'des', aes128: 'aes', aes256: 'aes256b', 'aes256-reeder': 'aes256r' } as const

function userOf({ user, level, auth_protocol, auth_password, priv_protocol, priv_password }: UserCredentials): User {
  const name = { name: user, level: snmp.SecurityLevel[level] }
  if (level === 'noAuthNoPriv') return name
  const auth = { authProtocol: snmp.AuthProtocols[auth_protocol], authKey: auth_password ?? '' }
  if (level === 'authNoPriv') return { ...name, ...auth }
  return { ...name, ...auth, privProtocol: snmp.PrivProtocols[privNames[priv_protocol]], privKey: priv_password ?? '' }
}

/** The socket that net-snmp is given in place of its own. */
function socketFor({ address, port, credentials: { level } }: UserOptions, silence: Silence): SocketLike {
  const events = new EventEmitter()
  let octets = 0
  const socket = connectSocket(address, port, {
    message: (datagram) => {
      octets += datagram.length
      const why = octets > mostOctets ? tooMuch : unfit(datagram, level)
      if (why !== null) return silence.note(why)
      try {
        events.emit('message', datagram)
      } catch {
        silence.note('malformed answer') // net-snmp catches what it decodes, not what it does with it
      }
    },
    failure: (code) => silence.note(code),
  })
  return {
    on: (event, listener) => events.on(event, listener),
    bind: () => {},
    ref: () => {},
    unref: () => {},
    send: (buffer, _offset, _length, _port, _address, sent) => {
      socket.send(buffer)
      sent(null, buffer.length)
    },
    close: () => {
      socket.close()
      events.emit('close')
    },
  }
}
