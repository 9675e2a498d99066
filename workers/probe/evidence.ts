import type { IsolationRule, Ping } from '@/lib/domain/isolation'
import type { PingWay } from '@/lib/ping/pinger'
import type { Evidence, PingRecord } from '@/lib/wire/probe'

export const mostPings = 64
const longestAnswer = 120

type Source = {
  address: string
  way: PingWay
  recent: readonly Ping[]
  answers: ReadonlyMap<number, string> | undefined
}

/** Why an outage opened: the pings of the deciding window, verbatim; if there are too many, its misses and the latest others. */
export function openedEvidence(source: Source, rule: IsolationRule, misses: readonly number[]): Evidence {
  const last = misses[misses.length - 1] ?? 0
  const windowStart = last - rule.withinSeconds * 1000
  const deciding = misses.slice(-mostPings)
  const others = source.recent
    .filter((ping) => ping.sentAt > windowStart && !deciding.includes(ping.sentAt))
    .sort((a, b) => b.sentAt - a.sentAt)
    .slice(0, mostPings - deciding.length)
  const pings = [...deciding.map((sentAt): Ping => ({ sentAt, rttMs: null })), ...others]
  return evidence(source, `${rule.misses} misses in ${rule.withinSeconds} s`, pings)
}

/** Why an outage ended: the last miss and the hits in a row after it. */
export function closedEvidence(source: Source, reviveHits: number, hits: readonly number[]): Evidence {
  const first = hits[0] ?? 0
  const lastMiss = source.recent.filter((ping) => ping.rttMs === null && ping.sentAt < first).slice(-1)
  const since = source.recent.filter((ping) => ping.rttMs !== null && ping.sentAt >= first)
  return evidence(source, `${reviveHits} ${reviveHits === 1 ? 'hit' : 'hits in a row'}`, [...lastMiss, ...since])
}

function evidence(source: Source, rule: string, pings: Ping[]): Evidence {
  const inOrder = pings.sort((a, b) => a.sentAt - b.sentAt).slice(-mostPings)
  const records = inOrder.map(({ sentAt, rttMs }): PingRecord => {
    const answer = source.answers?.get(sentAt)
    return {
      sent_at: Math.round(sentAt),
      rtt_ms: rttMs === null ? null : Math.round(rttMs * 1000) / 1000,
      ...(answer ? { answer: answer.slice(0, longestAnswer) } : {}),
    }
  })
  return { rule, address: source.address, way: source.way, pings: records }
}
