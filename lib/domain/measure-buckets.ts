/** A minute of measurements. `at` epoch ms; rtt in microseconds, -1 when nothing answered. */
export type Minute = {
  at: number
  sent: number
  lost: number
  rttMinUs: number
  rttMedianUs: number
  rttMaxUs: number
}
/** Columns for a chart: seconds since the epoch, round trips in ms, loss in percent. Null where nothing was measured. */
export type ChartColumns = {
  at: number[]
  min: (number | null)[]
  median: (number | null)[]
  max: (number | null)[]
  loss: (number | null)[]
}

/** Longest bucket that still shows an hour of trouble in each range, in ms. Keeps a chart at about 720 points. */
export function bucketFor(rangeMs: number): number {
  const minute = 60_000
  for (const minutes of [1, 2, 5, 10, 15, 30, 60]) if (rangeMs / (minutes * minute) <= 750) return minutes * minute
  return 120 * minute
}

/**
 * Minutes as buckets of `bucketMs` from `from` up to `to`: lowest minimum, median of medians, highest maximum, loss over
 * all pings. A bucket that nobody measured is null in every column, so that no line is drawn over it.
 */
export function bucketMinutes(
  minutes: readonly Minute[],
  { from, to, bucketMs }: { from: number; to: number; bucketMs: number },
): ChartColumns {
  const first = Math.floor(from / bucketMs)
  const count = Math.max(0, Math.ceil(to / bucketMs) - first)
  const filled = new Map<number, Minute[]>()
  for (const minute of minutes) {
    const place = Math.floor(minute.at / bucketMs) - first
    if (place < 0 || place >= count || minute.sent <= 0) continue
    const bucket = filled.get(place)
    if (bucket) bucket.push(minute)
    else filled.set(place, [minute])
  }
  const columns: ChartColumns = { at: [], min: [], median: [], max: [], loss: [] }
  for (let place = 0; place < count; place++) {
    const bucket = filled.get(place) ?? []
    const answered = bucket.filter((minute) => minute.rttMedianUs >= 0)
    columns.at.push(((first + place) * bucketMs) / 1000)
    columns.min.push(answered.length ? Math.min(...answered.map((minute) => minute.rttMinUs)) / 1000 : null)
    columns.median.push(answered.length ? middle(answered.map((minute) => minute.rttMedianUs)) / 1000 : null)
    columns.max.push(answered.length ? Math.max(...answered.map((minute) => minute.rttMaxUs)) / 1000 : null)
    columns.loss.push(bucket.length ? lossOf(bucket) : null)
  }
  return columns
}

function lossOf(bucket: readonly Minute[]): number {
  const sent = bucket.reduce((sum, minute) => sum + minute.sent, 0)
  return (100 * bucket.reduce((sum, minute) => sum + minute.lost, 0)) / sent
}

function middle(values: number[]): number {
  values.sort((a, b) => a - b)
  return values[Math.floor(values.length / 2)] ?? 0
}
