import { addressText } from './address'
import { errorAnswer } from './answer'
import { queuedError, receivedAt } from './control'
import { ECHO_REPLY, ERRORS, icmpStart, type QuotedEcho, quotedEcho, readQuoted } from './echo'
import { CONTROL_ROOM, type EchoSocket, NAME_WORDS, PACKET_ROOM } from './echo-socket'
import type { InFlight } from './in-flight'

/** What to do with what came in: `arrivedAt` in epoch ms, NaN when the kernel did not stamp it. */
export type Reception = {
  reply: (index: number, arrivedAt: number) => void
  refused: (echo: QuotedEcho, family: 4 | 6, answer: string) => void
}

/** Reads received message i. Everything that is not about a ping in flight is passed over. */
export function readMessage(socket: EchoSocket, i: number, inFlight: InFlight, on: Reception): void {
  const { bytes, words, control } = socket.receiving
  const start = i * PACKET_ROOM
  const end = start + Math.min(socket.length(i), PACKET_ROOM)
  const bare = socket.family === 6 || socket.way === 'datagram'
  const icmp = bare ? (end - start < 8 ? -1 : start) : icmpStart(bytes, start, end)
  if (icmp < 0) return
  if (bytes[icmp] === ECHO_REPLY[socket.family]) {
    if (end - icmp < 16) return
    const index = inFlight.find(words[(icmp + 8) >> 2] ?? 0, words[(icmp + 12) >> 2] ?? 0)
    if (index >= 0) on.reply(index, receivedAt(control, (i * CONTROL_ROOM) >> 2, socket.controlLength(i)))
  } else if (socket.way === 'raw') readError(socket, i, icmp, end, on)
}

function readError(socket: EchoSocket, i: number, icmp: number, end: number, on: Reception): void {
  const { bytes } = socket.receiving
  const type = bytes[icmp] ?? 0
  const kinds: readonly number[] = ERRORS[socket.family]
  const echo = kinds.includes(type) ? quotedEcho(bytes, icmp, end, socket.family) : null
  if (!echo) return
  const start = i * PACKET_ROOM
  const from = socket.family === 4 ? bytes.slice(start + 12, start + 16) : nameOf(socket, i)
  on.refused(echo, socket.family, errorAnswer(socket.family, type, bytes[icmp + 1] ?? 0, addressText(from)))
}

/** Reads message i of a datagram socket's error queue: the echo as quoted, its destination as the message's name. */
export function readQueuedError(socket: EchoSocket, i: number, on: Reception): void {
  const start = i * PACKET_ROOM
  const end = start + Math.min(socket.length(i), PACKET_ROOM)
  const echo = readQuoted(socket.receiving.bytes, start, end, socket.family, nameOf(socket, i))
  const controlStart = i * CONTROL_ROOM
  const control = new Uint8Array(
    socket.receiving.control.buffer,
    controlStart,
    Math.min(socket.controlLength(i), CONTROL_ROOM),
  )
  const error = queuedError(control, socket.family)
  if (!echo || !error) return
  const from = error.from ? addressText(error.from) : 'this machine'
  on.refused(echo, socket.family, errorAnswer(socket.family, error.type, error.code, from))
}

function nameOf(socket: EchoSocket, i: number): Uint8Array {
  const at = i * NAME_WORDS * 4
  return socket.family === 4
    ? socket.receiving.names.slice(at + 4, at + 8)
    : socket.receiving.names.slice(at + 8, at + 24)
}
