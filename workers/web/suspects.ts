import { setTimeout as sleep } from 'node:timers/promises'
import type { Status } from '@/lib/domain/status'
import type { Live } from './live'

const mostSuspects = 200_000 // as many as a minute has
const retryMs = 5000

type Moment = { status: 'suspect'; since: number }
type Held = { beatlineMoments?: Map<number, Moment> }
// Next.js reads it for lists: it has its own copy of every module, so it hangs on globalThis.
const held = globalThis as typeof globalThis & Held

/** listStored: the stored states of those of these targets that have no open outage. */
type Options = {
  live: Pick<Live, 'moments'>
  listStored: (targetIds: readonly number[]) => Promise<Map<number, Status>>
  signal: AbortSignal
}
type Said = { target_id: number; status: 'suspect' | 'steady' | 'answered'; since: number }

/**
 * Whom the probes of this web suspect at the moment. When the last of them suspects a target no more, its stored state is
 * told again, unless an outage of it is open: that it went dark is told by its event.
 */
export function createSuspects({ live, listStored, signal }: Options) {
  const moments = new Map<number, Moment>()
  held.beatlineMoments = moments
  const byProbe = new Map<object, Set<number>>() // a connection -> whom it suspects
  const untold = new Map<number, number>() // who is suspect no more -> since, epoch ms
  let isTelling = false

  function suspect(connection: object, { target_id: id, since }: Said): boolean {
    const mine = byProbe.get(connection) ?? new Set<number>()
    byProbe.set(connection, mine)
    if (mine.size >= mostSuspects && !mine.has(id)) return false
    mine.add(id)
    moments.set(id, { status: 'suspect', since })
    return true
  }

  /** These are suspects of this probe no more. */
  function end(connection: object, ids: readonly number[], since: number): void {
    const mine = byProbe.get(connection)
    if (!mine) return
    const all = [...byProbe.values()]
    for (const id of ids) {
      if (!mine.delete(id) || all.some((others) => others.has(id))) continue
      moments.delete(id)
      untold.set(id, since)
    }
    if (untold.size > 0 && !isTelling) void tellSteady()
  }

  /** One question at a time; while the database is away nothing is told, as it may be about to say that they are dark. */
  async function tellSteady(): Promise<void> {
    isTelling = true
    while (untold.size > 0 && !signal.aborted) {
      const asked = new Map(untold)
      untold.clear()
      const stored = await listStored([...asked.keys()]).catch(() => null)
      if (stored === null) {
        for (const [id, since] of asked) if (!untold.has(id)) untold.set(id, since)
        await sleep(retryMs, undefined, { signal, ref: false }).catch(() => {})
        continue
      }
      const steady = [...asked].flatMap(([id, since]) => {
        const status = stored.get(id)
        const isOld = untold.has(id) || moments.has(id) // it was suspected again meanwhile
        return status === undefined || isOld ? [] : [{ target_id: id, status, since: new Date(since).toISOString() }]
      })
      if (steady.length > 0) live.moments(steady)
    }
    isTelling = false
  }

  return {
    /** What a probe says of the moment: of each target once. */
    take(connection: object, items: readonly Said[]): void {
      const suspects = items.filter((item) => item.status === 'suspect' && suspect(connection, item))
      const at = (since: number) => new Date(since).toISOString()
      if (suspects.length > 0)
        live.moments(suspects.map(({ target_id, since }) => ({ target_id, status: 'suspect', since: at(since) })))
      const others = items.filter((item) => item.status !== 'suspect')
      if (others.length > 0)
        end(
          connection,
          others.map((item) => item.target_id),
          Math.max(...others.map((item) => item.since)),
        )
    },

    /** The probe found these dark, and that is stored: an outage, or the word of one of several probes. */
    isolated: (connection: object, ids: readonly number[]): void => end(connection, ids, Date.now()),

    /** The connection is lost: nobody knows what it would say. */
    lost(connection: object): void {
      end(connection, [...(byProbe.get(connection) ?? [])], Date.now())
      byProbe.delete(connection)
    },
  }
}
