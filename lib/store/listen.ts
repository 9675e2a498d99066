import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { connectionOptions } from './database'

type Listening = {
  channels: Record<string, (payload: string) => void>
  /** Called each time listening began: whatever was told before that moment was not heard. */
  onListening: () => void
  onLost?: (error: unknown) => void
  signal: AbortSignal
  checkMs?: number
}

/**
 * LISTENs on a connection of its own until `signal`. postgres.js gives a channel up when it cannot come back at the first
 * try, and a half-open connection says nothing at all: so a word is sent round every `checkMs`, and when it does not come
 * back the connection is made anew.
 */
export async function listenTo(url: string, { channels, onListening, onLost, signal, checkMs = 5000 }: Listening) {
  while (!signal.aborted) {
    const client = postgres({
      ...connectionOptions(url),
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      fetch_types: false,
      onnotice: () => {},
      connection: { application_name: 'beatline listener' },
    })
    try {
      await listenOnce(client, { channels, onListening, signal, checkMs })
    } catch (error) {
      if (!signal.aborted) onLost?.(error)
    }
    await client.end({ timeout: 0 }).catch(() => {})
    await sleep(500, undefined, { signal }).catch(() => {})
  }
}

async function listenOnce(
  client: Sql,
  { channels, onListening, signal, checkMs }: Required<Omit<Listening, 'onLost'>>,
) {
  const echoChannel = `beatline_echo_${randomUUID()}`
  let heardAt = 0
  const within = <T>(work: Promise<T>) =>
    Promise.race([
      work,
      sleep(5000, undefined, { ref: false }).then(() => Promise.reject(new Error('Listening took longer than 5 s'))),
    ])

  await within(
    client.listen(echoChannel, () => {
      heardAt = Date.now()
    }),
  )
  for (const [channel, hear] of Object.entries(channels)) await within(client.listen(channel, hear))
  onListening()
  while (!signal.aborted) {
    const askedAt = Date.now()
    await within(client.notify(echoChannel, ''))
    await sleep(checkMs, undefined, { signal }).catch(() => {})
    if (!signal.aborted && heardAt < askedAt) throw new Error(`No notice came back within ${checkMs} ms`)
  }
}
