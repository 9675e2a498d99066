import { randomInt } from 'node:crypto'
import type { SnmpCredentials } from '@/lib/wire/snmp'
import { connectSocket } from './device-socket'
import { decodeResponse, encodeQuestion } from './message'
import { type Answer, mostOctets, type Question, type SessionOptions, type SnmpSession, tooMuch } from './session'
import { notedSilence } from './silence'

type Community = Extract<SnmpCredentials, { version: '1' | '2c' }>
type Waiting = { settle: (answer: Answer) => void; again: () => void }

/** How soon a question is put again when the device says that nobody listens, ms. */
const refusedMs = 200

/**
 * A session of v1 or v2c. The socket is connected, so that the kernel takes nothing but what comes from the device's own
 * address and port, and tells when nobody listens there. A question keeps its id when it is put again: a late answer counts.
 */
export function openCommunitySession(options: SessionOptions & { credentials: Community }): SnmpSession {
  const { address, port, credentials, timeoutMs, retries } = options
  const { version } = credentials
  const community = Buffer.from(credentials.community)
  const waiting = new Map<number, Waiting>()
  const silence = notedSilence(options)
  let octets = 0
  const socket = connectSocket(address, port, {
    message: (datagram) => {
      const found = decodeResponse(datagram, version)
      if ('fault' in found) return silence.note(`malformed answer (${found.fault})`)
      const asked = waiting.get(found.requestId)
      if (!asked) return silence.note('answer to another question')
      if (!found.community.equals(community)) return silence.note('answer of another community')
      octets += datagram.length
      if (octets > mostOctets) return asked.settle({ kind: 'denied', why: tooMuch })
      const { status, index, varbinds } = found
      asked.settle(status === 0 ? { kind: 'values', varbinds } : { kind: 'refused', status, index })
    },
    failure: (code) => {
      silence.note(code)
      if (code === 'ECONNREFUSED') for (const one of waiting.values()) one.again()
    },
  })

  const ask = (question: Question, signal: AbortSignal) =>
    new Promise<Answer>((resolve) => {
      if (signal.aborted || socket.closed()) return resolve({ kind: 'stopped' })
      const id = freeId(waiting)
      const datagram = encodeQuestion(version, community, id, question)
      let tries = 0
      let timer: NodeJS.Timeout | undefined
      const settle = (answer: Answer) => {
        clearTimeout(timer)
        waiting.delete(id)
        signal.removeEventListener('abort', stop)
        resolve(answer)
      }
      const stop = () => settle({ kind: 'stopped' })
      const put = () => {
        if (tries > retries) return settle({ kind: 'silent', why: silence.words() })
        tries += 1
        timer = setTimeout(put, timeoutMs)
        socket.send(datagram)
      }
      const again = () => {
        clearTimeout(timer)
        timer = setTimeout(put, Math.min(refusedMs, timeoutMs))
      }
      waiting.set(id, { settle, again })
      signal.addEventListener('abort', stop)
      put()
    })

  const close = () => {
    socket.close()
    for (const one of [...waiting.values()]) one.settle({ kind: 'stopped' })
  }
  return { version, ask, close }
}

/** An id that a stranger cannot guess. */
function freeId(taken: ReadonlyMap<number, unknown>): number {
  for (;;) {
    const id = randomInt(1, 0x7f_ff_ff_ff)
    if (!taken.has(id)) return id
  }
}
