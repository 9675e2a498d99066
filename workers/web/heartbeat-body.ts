import type { IncomingMessage } from 'node:http'

/** So much of a body is kept, as Healthchecks has it. */
export const bodyLimit = 100_000
const mostRead = 256 << 20
const mostHeld = 64 << 20

let held = 0 // bytes of bodies that are being read

/** True when a body follows: the headers say so, whatever the method. */
export const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/**
 * Reads a body: up to the limit is kept, the rest is read away, so that the sender hears the answer, and after 256 MB no longer. `done` is called once: with
 * null when nothing came, and not at all when the client went away in the middle.
 */
export function readBody(
  request: IncomingMessage,
  done: (body: Buffer | null, isCut: boolean, isEnd: boolean) => void,
) {
  const chunks: Buffer[] = []
  let kept = 0
  let read = 0
  let isCut = false
  let isDone = false

  function finish(isEnd: boolean): void {
    if (isDone) return
    isDone = true
    held -= kept
    done(kept === 0 ? null : Buffer.concat(chunks, kept), isCut, isEnd)
  }
  request.on('data', (chunk: Buffer) => {
    read += chunk.length
    const room = Math.min(bodyLimit - kept, mostHeld - held)
    if (chunk.length > room) isCut = true
    if (room > 0) {
      const part = chunk.length > room ? Buffer.from(chunk.subarray(0, room)) : chunk
      chunks.push(part)
      kept += part.length
      held += part.length
    }
    if (read > mostRead) finish(false)
  })
  request.once('end', () => finish(true))
  request.once('close', () => {
    if (isDone) return
    isDone = true
    held -= kept
  })
}
