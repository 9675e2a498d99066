/** Results of pings in the order they came, column by column. */
export type PingResults = {
  count: number
  slot: Uint32Array
  /** When each was sent: epoch ms with a fraction. */
  sentAt: Float64Array
  /** Round trip in ms; NaN for a miss. */
  rttMs: Float64Array
  /** What came back instead of a reply, or why nothing was sent, by index; null when there is nothing to say. */
  answers: Map<number, string> | null
}

/** Gathers results and hands over exact copies, whenever it is full and whenever asked. */
export function createResults(capacity: number, emit: (results: PingResults) => void) {
  const slot = new Uint32Array(capacity)
  const sentAt = new Float64Array(capacity)
  const rttMs = new Float64Array(capacity)
  let answers: Map<number, string> | null = null
  let count = 0

  function flush(): void {
    if (count === 0) return
    const results = {
      count,
      slot: slot.slice(0, count),
      sentAt: sentAt.slice(0, count),
      rttMs: rttMs.slice(0, count),
      answers,
    }
    count = 0
    answers = null
    emit(results)
  }

  function add(ofSlot: number, at: number, rtt: number, answer?: string): void {
    slot[count] = ofSlot
    sentAt[count] = at
    rttMs[count] = rtt
    if (answer !== undefined) {
      answers ??= new Map()
      answers.set(count, answer)
    }
    if (++count === capacity) flush()
  }

  return { add, flush, count: () => count }
}
