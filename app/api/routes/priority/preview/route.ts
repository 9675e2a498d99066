import { compilePriority } from '@/lib/domain/priority'
import { guarded, readQuery } from '@/lib/guarded'
import { previewPriority } from '@/lib/past-preview'
import { readPriorityText } from '@/lib/store/routes'
import { type PreviewAnswer, PreviewQuery } from '@/lib/wire/rest-routes'

const nothing = { incidents: null, was: null, would: null, changed: null, not_worked_out: null }

/** A mistake is an answer here: who types an expression is told where it is. */
export const GET = guarded('read', async ({ request }): Promise<PreviewAnswer> => {
  const { expression, days } = readQuery(request, PreviewQuery)
  const read = compilePriority(expression ?? (await readPriorityText()))
  if ('fault' in read) return { fault: read.fault, ...nothing }
  const { changed, faults, ...counts } = await previewPriority(read, { days })
  const newest = changed.newest.map(({ beganAt, ...one }) => ({ ...one, began_at: new Date(beganAt).toISOString() }))
  return { fault: null, ...counts, changed: { count: changed.count, newest }, not_worked_out: faults.count }
})
