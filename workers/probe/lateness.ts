const longestMs = 4096

/** Counts how late pings left, by the millisecond; from 4 s on they count as 4 s. */
export function createLateness() {
  const counts = new Uint32Array(longestMs + 1)
  let total = 0
  let worstShare = 0

  return {
    /** `lateMs` after its due; `intervalMs` is what it is measured against. */
    add(lateMs: number, intervalMs: number): void {
      const late = Math.min(Math.max(Math.floor(lateMs), 0), longestMs)
      counts[late] = (counts[late] ?? 0) + 1
      total++
      const share = lateMs / intervalMs
      if (share > worstShare) worstShare = share
    },

    /** late_p99_ms, late_max_ms, and the worst lateness as a share of its interval. Starts anew when told to. */
    read(startAnew: boolean): { late_p99_ms: number; late_max_ms: number; late_max_share: number } {
      let seen = 0
      let p99 = 0
      let max = 0
      for (let late = 0; late <= longestMs; late++) {
        const count = counts[late] ?? 0
        if (count === 0) continue
        if (seen < total * 0.99) p99 = late
        seen += count
        max = late
      }
      const read = { late_p99_ms: p99, late_max_ms: max, late_max_share: Math.round(worstShare * 1000) / 1000 }
      if (startAnew) {
        counts.fill(0)
        total = 0
        worstShare = 0
      }
      return read
    },
  }
}
