import type { Live } from './live'

const mostSuspects = 200_000 // as many as a minute has

type Moment = { status: 'suspect'; since: number }
type Held = { beatlineMoments?: Map<number, Moment> }
// Next.js reads it for lists: it has its own copy of every module, so it hangs on globalThis.
const held = globalThis as typeof globalThis & Held

type Options = { live: Pick<Live, 'moments'>; listDark: (targetIds: readonly number[]) => Promise<Set<number>> }
type Said = { target_id: number; status: 'suspect' | 'steady' | 'answered'; since: number }

/**
 * Whom the probes of this web suspect at the moment. A target is told "up" again when the last of them suspects it no more
 * and no outage of it is open: what went dark is told by its event.
 */
export function createSuspects({ live, listDark }: Options) {
  const moments = new Map<number, Moment>()
  held.beatlineMoments = moments
  const byProbe = new Map<object, Set<number>>() // a connection -> whom it suspects

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
    const ended = ids.filter((id) => mine.delete(id) && ![...byProbe.values()].some((others) => others.has(id)))
    for (const id of ended) moments.delete(id)
    if (ended.length > 0) void tellSteady(ended, since)
  }

  async function tellSteady(ids: readonly number[], since: number): Promise<void> {
    const dark = await listDark(ids).catch(() => new Set<number>()) // pages let this replace nothing but a suspicion
    const steady = ids.filter((id) => !dark.has(id) && !moments.has(id))
    const at = new Date(since).toISOString()
    if (steady.length > 0) live.moments(steady.map((id) => ({ target_id: id, status: 'up', since: at })))
  }

  return {
    /** What a probe says of the moment, the newest last. */
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
