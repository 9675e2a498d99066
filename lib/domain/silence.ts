import { excused, type Gap, type JobChange, type JobRule, type JobState, judge } from './job-state'

/** Why a job was called down by its silence, as it is kept with its outage. Instants are ISO 8601. */
export type SilenceEvidence = {
  kind: 'missed' | 'ran_too_long'
  /** The expected beats that were missed one after another, oldest first; the last 100. Of `missed` only. */
  due?: string[]
  misses?: number
  permissible_misses?: number
  /** No web took beats for a time in which one of them was due: it may have been sent in vain. */
  away?: { began_at: string; ended_at: string }
  /** Of `ran_too_long` only. */
  started_at?: string | null
  run?: string | null
  grace_seconds: number
  last_beat: { at: string; signal: string } | null
  last_success_at: string | null
}

/** What silence up to `at` means for a job, the times in which no intake could take beats (`gaps`) excused. Epoch ms. */
export function judgeSilence(before: JobState, rule: JobRule, gaps: readonly Gap[], at: number) {
  const known = gaps.reduce((state, gap) => excused(state, rule, gap), before)
  const { state, change, missed, alarmAt } = judge(known, rule, at)
  const back: JobChange = before.phase === 'late' && state.phase === 'up' ? { to: 'up', at } : null
  return { state, change: change ?? back, missed, alarmAt, evidence: evidenceOf(change, known, state, rule, gaps) }
}

const namedAtMost = 100
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

function evidenceOf(
  change: JobChange,
  before: JobState,
  state: JobState,
  rule: JobRule,
  gaps: readonly Gap[],
): SilenceEvidence | null {
  if (change?.to !== 'down' || change.reason === 'failed') return null
  const { lastBeatAt, lastSignal } = before
  const common = {
    grace_seconds: rule.graceMs / 1000,
    last_beat:
      lastBeatAt === null || lastSignal === null
        ? null
        : { at: new Date(lastBeatAt).toISOString(), signal: lastSignal },
    last_success_at: iso(before.lastSuccessAt),
  }
  if (change.reason === 'ran_too_long')
    return { kind: 'ran_too_long', started_at: iso(before.startedAt), run: before.startedRun, ...common }
  const due: string[] = []
  let last = state.anchorAt
  let away: Gap | undefined
  for (let i = 0; i < state.misses && last !== null; i++) {
    last = rule.schedule.next(last)
    if (last === null || i < state.misses - namedAtMost) continue
    const at = last
    due.push(new Date(at).toISOString())
    away ??= gaps.find((gap) => at < gap.endedAt && at + rule.graceMs >= gap.beganAt)
  }
  return {
    kind: 'missed',
    due,
    misses: state.misses,
    permissible_misses: rule.permissibleMisses,
    ...(away
      ? { away: { began_at: new Date(away.beganAt).toISOString(), ended_at: new Date(away.endedAt).toISOString() } }
      : {}),
    ...common,
  }
}
