import { noContent, readJson } from '@/lib/guarded'
import { Problem, problemResponse } from '@/lib/problem'
import { recordReceipt } from '@/lib/store/push-devices'
import { PushReceipt } from '@/lib/wire/push'

/** A service worker tells what became of a notice. Its device key is its only credential: the session may have ended. */
export async function POST(request: Request): Promise<Response> {
  try {
    const receipt = await readJson(request, PushReceipt)
    const known = await recordReceipt({
      deliveryId: receipt.delivery_id,
      deviceKey: receipt.device_key,
      shown: receipt.shown,
      opened: receipt.opened,
    })
    if (!known) throw new Problem('not-found', 'No such delivery to this device')
    return noContent()
  } catch (error) {
    return problemResponse(error)
  }
}
