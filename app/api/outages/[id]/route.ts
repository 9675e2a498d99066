import { guarded, notFound, pathId } from '@/lib/guarded'
import { findOutage } from '@/lib/store/outage-lists'
import { outageAnswer } from '../../answers'

export const GET = guarded<{ id: string }>('read', async ({ params }) => {
  const id = pathId(params)
  const outage = await findOutage(id)
  if (!outage) throw notFound('No outage', id)
  return outageAnswer(outage)
})
