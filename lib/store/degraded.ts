import type { TransactionSql } from 'postgres'
import { z } from 'zod'
import { type DegradedRule, degradedBy, type Minute } from '@/lib/domain/degraded'
import type { FrameRow } from '@/lib/wire/frame'
import { sql, transaction } from './database'
import { publish } from './publish'
import { readSetting } from './settings'

const Rule = z
  .object({
    windowMinutes: z.number().int().min(1).max(60),
    lossPercent: z.number().min(0).max(100).nullable(),
    rttMs: z.number().positive().nullable(),
  })
  .partial()
const defaultRule: DegradedRule = { windowMinutes: 5, lossPercent: 20, rttMs: null }
const mostTold = 500

type Found = { judged: readonly number[]; degraded: readonly number[] }
type Frame = { at: number; ids: Int32Array; sent: Uint16Array; lost: Uint16Array; medianUs: Int32Array }

/** The thresholds of the setting `degraded`, else 20 % lost within 5 minutes. */
export async function readDegradedRule(): Promise<DegradedRule> {
  const kept = Rule.safeParse((await readSetting('degraded')) ?? {}).data ?? {}
  return {
    windowMinutes: kept.windowMinutes ?? defaultRule.windowMinutes,
    lossPercent: kept.lossPercent === undefined ? defaultRule.lossPercent : kept.lossPercent,
    rttMs: kept.rttMs === undefined ? defaultRule.rttMs : kept.rttMs,
  }
}

/** Remembers the minutes of the window and, with each new one, says who is degraded by them and who is not. */
export function createDegradedWatch() {
  let frames: Frame[] = []

  /** `judged` are the targets of this minute, `degraded` those of them that are over a threshold. */
  function take(rows: readonly FrameRow[], at: number, rule: DegradedRule): { judged: number[]; degraded: number[] } {
    frames = [...frames, compact(rows, at)].filter((frame) => frame.at > at - rule.windowMinutes * 60_000)
    const judged = rows.map((row) => row.targetId)
    // Most devices lose nothing: only who lost a ping, or every one when round trips count, is looked at closely.
    const suspects = rule.rttMs === null ? losing(frames) : new Set(judged)
    const degraded = judged.filter((id) => suspects.has(id) && degradedBy(minutesOf(frames, id), rule, at) !== null)
    return { judged, degraded }
  }
  return { take }
}

/**
 * Puts together what the probes of this web find: a device is degraded when any of them says so, and is not over while
 * one that was heard within the window still does.
 */
export function createDegradedOpinions() {
  const byProbe = new Map<number, { at: number; degraded: ReadonlySet<number> }>()
  return {
    settle(probeId: number, found: Found, at: number, windowMinutes: number): Found {
      byProbe.set(probeId, { at, degraded: new Set(found.degraded) })
      for (const [id, opinion] of byProbe) if (opinion.at <= at - windowMinutes * 60_000) byProbe.delete(id)
      const others = [...byProbe].filter(([id]) => id !== probeId).map(([, opinion]) => opinion.degraded)
      const own = new Set(found.degraded)
      const judged = found.judged.filter((id) => own.has(id) || !others.some((degraded) => degraded.has(id)))
      return { judged, degraded: found.degraded }
    },
  }
}

/**
 * Keeps the state: up becomes degraded, degraded becomes up. Misses of an outage that ended within the window are the
 * outage's, not a state of their own. Returns how many changed.
 */
export async function markDegraded({ judged, degraded }: Found, windowMinutes: number, at: Date): Promise<number> {
  const standing = await sql<{ id: number }[]>`select id from targets where status = 'degraded' and kind = 'device'`
  const over = new Set(degraded)
  const here = new Set(judged)
  const healed = standing.map((row) => row.id).filter((id) => here.has(id) && !over.has(id))
  if (over.size + healed.length === 0) return 0
  return transaction(async (tx) => {
    const rows = await tx<{ id: number; name: string; status: 'up' | 'degraded' }[]>`
      update targets t set status = case when t.id = any(${healed}::int[]) then 'up' else 'degraded' end,
        status_since = ${at}, updated_at = now()
      where t.paused_at is null and (
        (t.id = any(${healed}::int[]) and t.status = 'degraded')
        or (t.id = any(${[...over]}::int[]) and t.status = 'up' and ${isSteady(tx, windowMinutes, at)}))
      returning t.id, t.name, t.status`
    await publish(
      tx,
      rows.slice(0, mostTold).map(({ id, name, status }) => ({
        type: 'target.status' as const,
        at,
        targetId: id,
        incidentId: null,
        body: { target: { kind: 'device', id, name }, status, since: at.toISOString() },
      })),
    )
    return rows.length
  })
}

const isSteady = (tx: TransactionSql, minutes: number, at: Date) => tx`
  not exists (select 1 from outages o where o.target_id = t.id
    and (o.ended_at is null or o.ended_at > ${at}::timestamptz - make_interval(mins => ${minutes})))`

function compact(rows: readonly FrameRow[], at: number): Frame {
  const sorted = [...rows].sort((a, b) => a.targetId - b.targetId)
  return {
    at,
    ids: Int32Array.from(sorted, (row) => row.targetId),
    sent: Uint16Array.from(sorted, (row) => row.sent),
    lost: Uint16Array.from(sorted, (row) => row.lost),
    medianUs: Int32Array.from(sorted, (row) => row.rttMedianUs),
  }
}

function losing(frames: readonly Frame[]): Set<number> {
  const found = new Set<number>()
  for (const { ids, lost } of frames) for (let i = 0; i < ids.length; i++) if (lost[i]) found.add(ids[i] ?? 0)
  return found
}

function minutesOf(frames: readonly Frame[], id: number): Minute[] {
  return frames.flatMap((frame) => {
    const i = indexOf(frame.ids, id)
    if (i < 0) return []
    return { at: frame.at, sent: frame.sent[i] ?? 0, lost: frame.lost[i] ?? 0, rttMedianUs: frame.medianUs[i] ?? -1 }
  })
}

/** Of `id` in the ascending `ids`; -1 when it is not there. */
function indexOf(ids: Int32Array, id: number): number {
  let [low, high] = [0, ids.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = ids[middle] ?? 0
    if (found === id) return middle
    if (found < id) low = middle + 1
    else high = middle - 1
  }
  return -1
}
