import { activeAt, endOf, nextOccurrences } from '@/lib/domain/blackout'
import { notFound } from '@/lib/guarded'
import { findBlackout, type StoredBlackout } from '@/lib/store/blackouts'
import type { BlackoutAnswer } from '@/lib/wire/rest-blackouts'

export type Path = { id: string }
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
const occurrences = 5

/** The blackout with this id. Throws not-found. */
export async function blackoutAt(id: number): Promise<StoredBlackout> {
  const blackout = await findBlackout(id)
  if (!blackout) throw notFound('No blackout', id)
  return blackout
}

/** Minutes after midnight as 22:30. */
export const clock = (minutes: number | null) =>
  minutes === null
    ? null
    : `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** A blackout as REST says it, with what it means at `now` (epoch ms). */
export function blackoutAnswer(blackout: StoredBlackout, now: number): BlackoutAnswer {
  const targets = new Map(blackout.targetNames.map((target) => [target.id, target]))
  const sites = new Map(blackout.siteNames.map((site) => [site.id, site]))
  return {
    id: blackout.id,
    kind: blackout.kind,
    reason: blackout.reason,
    covers_all: blackout.coversAll,
    targets: blackout.targetIds.map((id) => targets.get(id) ?? { id, kind: null, name: null }),
    sites: blackout.siteIds.map((id) => sites.get(id) ?? { id, name: null }),
    tags: blackout.tags,
    from_at: new Date(blackout.fromAt).toISOString(),
    until_at: iso(blackout.untilAt),
    weekdays: blackout.weekdays,
    start: clock(blackout.startMinute),
    end: clock(blackout.endMinute),
    timezone: blackout.zone,
    periods_left: blackout.periodsLeft,
    planned: blackout.planned,
    active: activeAt(blackout, now),
    active_until: iso(endOf(blackout, now)),
    next: nextOccurrences(blackout, now, occurrences).map(({ startAt, endAt }) => ({
      start_at: new Date(startAt).toISOString(),
      end_at: iso(endAt),
    })),
    ended_at: iso(blackout.endedAt),
    created_at: blackout.createdAt.toISOString(),
    created_by: blackout.createdBy,
  }
}
