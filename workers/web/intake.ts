import type { Logger } from 'pino'
import { holdFrame } from '@/lib/store/frames'
import { commitUpMessage } from '@/lib/store/up-messages'
import { type FrameRow, unpackFrame } from '@/lib/wire/frame'
import { type UpAck, type UpMessage, type UpName, upMessages } from '@/lib/wire/probe'
import type { ProbeSocket } from './probe-gate'
import { within } from './within'

const mostWaiting = 64
const commitMs = 30_000

type Options = {
  socket: ProbeSocket
  log: Logger
  presentIds: () => number[] // the probes connected here now
  onFrame: (rows: FrameRow[], minuteAt: Date) => void
  onIsolated: (targetIds: number[]) => void
}
type Waiting = { name: UpName; body: unknown; ack: (answer: UpAck) => void }

/** Takes one connection's messages in their order, one commit after the other, and answers each after its commit. */
export function createIntake({ socket, log, presentIds, onFrame, onIsolated }: Options) {
  const { probe, auth } = socket.data
  const queue: Waiting[] = []
  let isWorking = false
  // After a failure nothing later may be stored before it: its number would then count as stored, too.
  let heldBackFrom: number | null = null

  function listen(): void {
    for (const name of Object.keys(upMessages) as UpName[]) {
      socket.on(name, (body: unknown, ack: unknown) => {
        if (typeof ack !== 'function') return // without an answer it would be sent again for ever
        const answer = ack as (answer: UpAck) => void
        if (queue.length >= mostWaiting) {
          holdBack(seqOf(body))
          return answer({ retry: seqOf(body), error: `more than ${mostWaiting} messages wait` })
        }
        queue.push({ name, body, ack: answer })
        void work()
      })
    }
  }

  async function work(): Promise<void> {
    if (isWorking) return
    isWorking = true
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (!socket.connected) continue // the next connection brings it again
      next.ack(await take(next))
    }
    isWorking = false
  }

  async function take({ name, body }: Waiting): Promise<UpAck> {
    const seq = seqOf(body)
    if (heldBackFrom !== null && seq > heldBackFrom) return { retry: seq, error: `message ${heldBackFrom} comes first` }
    const message = parse(name, body)
    if (typeof message === 'string') return reject(seq, name, message)
    try {
      const rows = message.name === 'frame' ? unpackFrame(message.body.columns) : null
      const isNew = await within(commitMs, commitUpMessage(probe, auth.spool_id, message, presentIds()), 'commit')
      if (heldBackFrom === seq) heldBackFrom = null
      // Also of what was stored before: the answer of a commit that took too long was lost.
      if (message.name === 'outage.isolated') onIsolated(message.body.items.map((item) => item.target_id))
      if (isNew && rows && message.name === 'frame') {
        holdFrame(probe.id, message.body.minute_at, rows)
        onFrame(rows, new Date(message.body.minute_at))
      }
      return { committed: seq }
    } catch (error) {
      if (error instanceof RangeError || isRefusedData(error)) return reject(seq, name, String(error))
      holdBack(seq)
      log.warn(
        { probe: probe.name, message: name, seq, error: String(error) },
        'a message waits: it could not be stored',
      )
      return { retry: seq, error: 'not stored: the database is away or busy' }
    }
  }

  function holdBack(seq: number): void {
    heldBackFrom = Math.min(heldBackFrom ?? seq, seq)
  }

  function reject(seq: number, name: UpName, error: string): UpAck {
    log.error({ probe: probe.name, message: name, seq, error }, 'a malformed message of a probe was rejected')
    heldBackFrom = heldBackFrom === seq ? null : heldBackFrom
    return { rejected: seq, error: error.slice(0, 500) }
  }

  return { listen }
}

/** The message, or a sentence that says what was found and what was expected. */
function parse(name: UpName, body: unknown): UpMessage | string {
  const parsed = upMessages[name].safeParse(body)
  // The name chose the schema, so name and body belong together; the union cannot see that.
  if (parsed.success) return { name, body: parsed.data } as UpMessage
  return parsed.error.issues
    .slice(0, 3)
    .map((issue) => `${name}: ${issue.path.join('.') || 'message'}: ${issue.message}`)
    .join('; ')
}

/** SQLSTATE class 22: what the message holds can never be stored (a NUL in a text, say), so trying again is in vain. */
const isRefusedData = (error: unknown) =>
  error instanceof Error && 'code' in error && /^22[0-9A-Z]{3}$/.test(String(error.code))

function seqOf(body: unknown): number {
  const seq = typeof body === 'object' && body !== null && 'seq' in body ? body.seq : 0
  return typeof seq === 'number' && Number.isSafeInteger(seq) ? seq : 0
}
