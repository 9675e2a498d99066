import { endpointProblem } from '@/lib/delivery/push-endpoint'
import { pushDeviceName } from '@/lib/domain/push-device-name'
import { env } from '@/lib/env'
import { guarded, readJson } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { listPushDevices, renamePushDevice, savePushDevice } from '@/lib/store/push-devices'
import { PushSubscriptionInput } from '@/lib/wire/push'
import { pushDeviceAnswer } from '../answer'
import { ownerOf } from '../owner'

/** The operator's devices. */
export const GET = guarded('read', async ({ session }) => ({
  items: (await listPushDevices(ownerOf(session))).map(pushDeviceAnswer),
  next: null,
}))

/** A browser says how it stands: one row a browser, however often. `dead`: it must subscribe anew; `removed`: it must not. */
export const POST = guarded('read', async ({ request, session }) => {
  const userId = ownerOf(session)
  const input = await readJson(request, PushSubscriptionInput)
  if (input.subscription) requireSendable(input.subscription.endpoint)
  const saved = await savePushDevice({
    userId,
    deviceKey: input.device_key,
    name: input.name,
    subscription: input.subscription,
    permission: input.permission,
    userAgent: input.user_agent || null,
    vapidKey: input.vapid_key,
    oldEndpoint: input.old_endpoint ?? undefined,
    asked: input.asked,
  })
  if (!saved.known && !input.name) await renamePushDevice(userId, saved.id, pushDeviceName(input.user_agent))
  return saved
})

/** An endpoint is input from outside, and we shall post to it. */
function requireSendable(endpoint: string): void {
  const problem = endpointProblem(endpoint, { allowPrivate: env().allowPrivateWebhooks })
  if (problem) throw new Problem('invalid-input', `Cannot send to this push service: ${problem}`)
}
