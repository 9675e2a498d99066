import { guarded, notFound, pathId, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { findTestPush, listPushDevices, queueTestPush } from '@/lib/store/push-devices'
import { TestQuery } from '@/lib/wire/push'
import { ownerOf } from '../../../owner'

type Params = { id: string }

/** Sends a visible test to one device; how far it came is asked for with GET. */
export const POST = guarded<Params>('read', async ({ params, session }) => {
  const [userId, id] = [ownerOf(session), pathId(params)]
  const queued = await queueTestPush(userId, id)
  if (queued) return (await testAnswer(userId, queued.deliveryId)) ?? { delivery_id: queued.deliveryId }
  const device = (await listPushDevices(userId)).find((one) => one.id === id)
  if (!device) throw notFound('No device of yours', id)
  throw new Problem('conflict', `${device.name} has no subscription: open Beatline on it, and it heals by itself`)
})

/** How far the test `?delivery=` came: accepted by the push service, shown by the device. */
export const GET = guarded<Params>('read', async ({ request, session }) => {
  const { delivery } = readQuery(request, TestQuery)
  const answer = await testAnswer(ownerOf(session), delivery)
  if (!answer) throw notFound('No test of yours', delivery)
  return answer
})

async function testAnswer(userId: number, deliveryId: number) {
  const test = await findTestPush(userId, deliveryId)
  if (!test) return null
  const last = test.attempts.at(-1)
  return {
    delivery_id: deliveryId,
    created_at: test.createdAt.toISOString(),
    accepted_at: test.deliveredAt?.toISOString() ?? null,
    shown_at: test.shownAt?.toISOString() ?? null,
    failed_at: test.failedAt?.toISOString() ?? null,
    answer: last ? [last.status, last.answer].filter(Boolean).join(' ') : null,
  }
}
