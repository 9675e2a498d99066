import { guarded, notFound, pathId } from '@/lib/guarded'
import { findDevice } from '@/lib/store/devices'
import { walkNow } from '@/lib/store/discoveries'

/** Answers at once; what the walk finds is at /facts. */
export const POST = guarded<{ id: string }>('write', async ({ params }) => {
  const id = pathId(params)
  if (!(await findDevice(id))) throw notFound('No device', id)
  await walkNow([id])
  return { asked: true }
})
