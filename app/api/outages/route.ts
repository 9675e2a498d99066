import { guarded, readQuery } from '@/lib/guarded'
import { listWholeOutages } from '@/lib/store/outage-lists'
import { OutageQuery } from '@/lib/wire/rest'
import { outageAnswer } from '../answers'

/** The newest first; `from` and `to` name the outages that lasted into that time. */
export const GET = guarded('read', async ({ request }) => {
  const { from, to, ...rest } = readQuery(request, OutageQuery)
  const { items, next } = await listWholeOutages({
    ...rest,
    from: from ? new Date(from) : undefined,
    to: to ? new Date(to) : undefined,
  })
  return { items: items.map(outageAnswer), next }
})
