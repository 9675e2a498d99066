import type { Logger } from 'pino'

/** What became of the beats since it was last told. */
export type Counts = ReturnType<typeof newCounts>

export const newCounts = () => ({ stored: 0, spooled: 0, gone: 0, refused: 0, unknown: 0, limited: 0, batches: 0 })

/** What was taken since it was last told; then it is counted anew. */
export function tellCounts(log: Logger, counts: Counts, beside: Record<string, number>): void {
  log.info({ ...counts, ...beside }, 'heartbeats')
  Object.assign(counts, newCounts())
}
