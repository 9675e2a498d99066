import type { PushService } from '../push/push-service.mjs'
import type { Product } from './product'

export type ShownPush = { title: string; tag: string; event: string; incidentId: number }

/** A phone whose push service we read in clear: subscribed by REST with keys of our own. */
export async function subscribePhone(product: Product, service: PushService, deviceKey = crypto.randomUUID()) {
  const { public_key } = await product.rest<{ public_key: string }>('GET', '/api/push/key')
  const stub = service.createStub({ key: public_key })
  await product.rest('POST', '/api/push/subscriptions', {
    device_key: deviceKey,
    name: 'Test phone',
    subscription: { endpoint: stub.endpoint, keys: stub.keys },
    permission: 'granted',
    user_agent: 'test',
    vapid_key: public_key,
  })
  return {
    endpoint: stub.endpoint,
    /** What arrived and could be opened, oldest first. */
    shown: (): ShownPush[] =>
      service.stubMessages(stub.id).map(({ text }) => {
        const { notification } = JSON.parse(text ?? '{}')
        const { event, incident_id } = notification.data
        return { title: notification.title, tag: notification.tag, event, incidentId: incident_id }
      }),
  }
}
