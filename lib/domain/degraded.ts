export type Minute = { at: number; sent: number; lost: number; rttMedianUs: number /* -1: no hit */ }
/** Null switches a threshold off. */
export type DegradedRule = { windowMinutes: number; lossPercent: number | null; rttMs: number | null }
export type Degraded = { by: 'loss' | 'rtt'; lossPercent: number; rttMs: number | null }

const fewestPings = 5

/**
 * Says whether a device is degraded: in the window (now - windowMinutes, now] more than `lossPercent` % of its pings
 * were missed, or the median of its minutes' median round trips was over `rttMs`. Null: it is not, or there are too few
 * pings to tell. A state of its own, never an outage; loss is named first when both hold.
 */
export function degradedBy(minutes: readonly Minute[], rule: DegradedRule, now: number): Degraded | null {
  const window = minutes.filter((minute) => minute.at > now - rule.windowMinutes * 60_000 && minute.at <= now)
  const sent = window.reduce((sum, minute) => sum + minute.sent, 0)
  if (sent < fewestPings) return null
  const lossPercent = (100 * window.reduce((sum, minute) => sum + minute.lost, 0)) / sent
  const rttUs = median(window.filter((minute) => minute.rttMedianUs >= 0).map((minute) => minute.rttMedianUs))
  const rttMs = rttUs === null ? null : rttUs / 1000
  if (rule.lossPercent !== null && lossPercent > rule.lossPercent) return { by: 'loss', lossPercent, rttMs }
  if (rule.rttMs !== null && rttMs !== null && rttMs > rule.rttMs) return { by: 'rtt', lossPercent, rttMs }
  return null
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
