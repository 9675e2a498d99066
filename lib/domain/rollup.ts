/** A target's minute, as frames have it: round trips in microseconds, -1 when there was no hit. */
export type MinuteFigures = {
  targetId: number
  sent: number
  lost: number
  rttMinUs: number
  rttMedianUs: number
  rttMaxUs: number
}
/** Rows of one hour as columns; each figure's 60 minutes as a PostgreSQL array literal. */
export type HourColumns = {
  targetIds: number[]
  sent: string[]
  lost: string[]
  rttMinUs: string[]
  rttMedianUs: string[]
  rttMaxUs: string[]
}

const minutes = 60
const figures = 5
const absent = -2 // nobody measured
const mostPings = 32_767 // smallint

/** One hour of one probe, gathered minute by minute: 1.2 kB a target. */
export class Hour {
  readonly #slots = new Map<number, Int32Array>()
  sent = 0
  lost = 0

  /** Puts a minute (0-59) in its place; the same minute again replaces it. */
  add(minute: number, rows: readonly MinuteFigures[]): void {
    for (const row of rows) {
      let slot = this.#slots.get(row.targetId)
      if (!slot) {
        slot = new Int32Array(minutes * figures).fill(absent)
        this.#slots.set(row.targetId, slot)
      }
      this.sent -= Math.max(0, slot[minute] ?? 0)
      this.lost -= Math.max(0, slot[minutes + minute] ?? 0)
      slot[minute] = Math.min(row.sent, mostPings)
      slot[minutes + minute] = Math.min(row.lost, mostPings)
      slot[2 * minutes + minute] = row.rttMinUs
      slot[3 * minutes + minute] = row.rttMedianUs
      slot[4 * minutes + minute] = row.rttMaxUs
      this.sent += slot[minute] ?? 0
      this.lost += slot[minutes + minute] ?? 0
    }
  }

  get targets(): number {
    return this.#slots.size
  }

  /** The rows, `size` at a time. Null where nobody measured, and for a round trip where nothing answered. */
  *batches(size: number): Generator<HourColumns> {
    let columns = emptyColumns()
    for (const [targetId, slot] of this.#slots) {
      columns.targetIds.push(targetId)
      columns.sent.push(literal(slot, 0))
      columns.lost.push(literal(slot, 1))
      columns.rttMinUs.push(literal(slot, 2))
      columns.rttMedianUs.push(literal(slot, 3))
      columns.rttMaxUs.push(literal(slot, 4))
      if (columns.targetIds.length === size) {
        yield columns
        columns = emptyColumns()
      }
    }
    if (columns.targetIds.length > 0) yield columns
  }
}

const emptyColumns = (): HourColumns => ({
  targetIds: [],
  sent: [],
  lost: [],
  rttMinUs: [],
  rttMedianUs: [],
  rttMaxUs: [],
})

function literal(slot: Int32Array, figure: number): string {
  let text = '{'
  for (let minute = 0; minute < minutes; minute++) {
    const value = slot[figure * minutes + minute] ?? absent
    text += (minute === 0 ? '' : ',') + (value < 0 ? 'null' : value)
  }
  return `${text}}`
}
