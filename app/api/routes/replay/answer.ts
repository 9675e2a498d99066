import type { WhatIf } from '@/lib/what-if'
import type { ReplayAnswer } from '@/lib/wire/rest-routes'

const iso = (at: number) => new Date(at).toISOString()
const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000)

/** What a replay found, as REST says it. */
export function replayAnswer({
  since,
  until,
  before,
  after,
  come,
  go,
  move,
  outages,
  tookMs,
  ...counts
}: WhatIf): ReplayAnswer {
  return {
    since: iso(since),
    until: iso(until),
    ...counts,
    before: total(before),
    after: total(after),
    come: { count: come.count, notices: come.notices.map(once) },
    go: { count: go.count, notices: go.notices.map(once) },
    move: {
      count: move.count,
      notices: move.notices.map(({ incident, from, to, ...notice }) => ({
        ...notice,
        incident: root(incident),
        from: sending(from),
        to: sending(to),
      })),
    },
    outages: {
      ...outages,
      changed: outages.changed.map((one) => ({
        incident: root(one.incident),
        before: known(one.before),
        after: known(one.after),
      })),
    },
    took_ms: Math.round(tookMs),
  }
}

type Once = WhatIf['come']['notices'][number]
const root = ({ beganAt, ...incident }: Once['incident']) => ({ ...incident, began_at: iso(beganAt) })
const sending = ({ at, digest }: { at: number; digest: boolean }) => ({ at: iso(at), digest })
const once = ({ incident, at, digest, ...notice }: Once) => ({
  ...notice,
  incident: root(incident),
  ...sending({ at, digest }),
})
const known = ({ unknownMs, told }: { unknownMs: number; told: boolean }) => ({
  unknown_seconds: unknownMs / 1_000,
  told,
})
const total = ({ notices, neverTold, medianUnknownMs, longestUnknownMs }: WhatIf['before']) => ({
  notices,
  never_told: neverTold,
  median_unknown_seconds: seconds(medianUnknownMs),
  longest_unknown_seconds: seconds(longestUnknownMs),
})
