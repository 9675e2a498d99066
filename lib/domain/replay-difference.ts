import type { PastIncident, PastNotice } from './replay'

/** A notice that is told at another time, or with a digest instead of by itself, or the other way round. */
export type MovedNotice = { from: PastNotice; to: PastNotice }
export type ReplayDifference = { come: PastNotice[]; go: PastNotice[]; move: MovedNotice[]; same: number }

/** What goes out within this of when it went is where it was: notices of the past went out when their turn came. */
const sameMs = 60_000

/** Which notices would come, go, or move. The first of an incident, channel and event is compared with the first, and so on. */
export function replayDifference(before: readonly PastNotice[], after: readonly PastNotice[]): ReplayDifference {
  const left = new Map<string, PastNotice[]>()
  for (const notice of inOrder(before)) {
    const list = left.get(keyOf(notice))
    if (list) list.push(notice)
    else left.set(keyOf(notice), [notice])
  }
  for (const list of left.values()) list.reverse()
  const difference: ReplayDifference = { come: [], go: [], move: [], same: 0 }
  for (const to of inOrder(after)) {
    const from = left.get(keyOf(to))?.pop()
    if (!from) difference.come.push(to)
    else if (Math.abs(from.at - to.at) >= sameMs || from.digest !== to.digest) difference.move.push({ from, to })
    else difference.same++
  }
  difference.go = inOrder([...left.values()].flat())
  return difference
}

const keyOf = ({ incidentId, channelId, event }: PastNotice) => `${incidentId} ${channelId} ${event}`
const inOrder = (notices: readonly PastNotice[]) => [...notices].sort((a, b) => a.at - b.at)

/** How long an outage went on, or had gone on, before anyone was told of it. */
export type Unknown = { incidentId: number; unknownMs: number; told: boolean }

/** For each incident the time from its first miss until someone was told; until its end, or `end`, when nobody was. */
export function unknownTimes(
  incidents: readonly Pick<PastIncident, 'id' | 'beganAt' | 'resolvedAt'>[],
  notices: readonly PastNotice[],
  end: number,
): Unknown[] {
  const firstAt = new Map<number, number>()
  for (const { incidentId, at } of notices) firstAt.set(incidentId, Math.min(at, firstAt.get(incidentId) ?? at))
  return incidents.map(({ id, beganAt, resolvedAt }) => {
    const toldAt = firstAt.get(id)
    const overAt = resolvedAt ?? end
    const until = toldAt === undefined ? overAt : Math.min(toldAt, overAt)
    return { incidentId: id, unknownMs: Math.max(0, until - beganAt), told: toldAt !== undefined }
  })
}
