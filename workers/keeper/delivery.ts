import type { Logger } from 'pino'
import { deliver, pushHeaders, type Senders } from '@/lib/delivery/deliver'
import { pushDigest } from '@/lib/domain/digest-push'
import { type PushMessage, pushMessage } from '@/lib/domain/message'
import { type Answer, nextAttemptAt, verdictOf } from '@/lib/domain/retry'
import {
  type Attempt,
  type ClaimedDelivery,
  claimDeliveries,
  endUnsendable,
  hastenDeliveries,
  releaseDelivery,
  settleDelivered,
  settleFailed,
} from '@/lib/store/deliveries'
import { markAccepted, markLost, markTrouble } from '@/lib/store/push-devices'
import type { Bell } from './loop'

export type DeliveryOptions = {
  senders: Senders
  siteUrl: string
  bell: Bell
  log: Logger
  concurrency?: number
  /** Longer than a whole attempt: a keeper that was killed in the middle of a send is followed after this. */
  leaseMs?: number
  attemptMs?: number
  random?: () => number
}

const testGivesUpMs = 60_000
const perDevice = 4 // of the places, at most

/** Sends what is due, `concurrency` at a time; `idle` resolves when nothing is under way. */
export function delivery(options: DeliveryOptions) {
  const { bell, concurrency = 16, leaseMs = 15_000 } = options
  const underWay = new Map<Promise<void>, number>() // to which device
  // A device whose push service asked for a pause: nothing goes there before, new notices included. Per keeper.
  const pausedUntil = new Map<number, number>()
  let sweptAt = 0

  async function step(): Promise<boolean> {
    const now = new Date()
    if (now.getTime() - sweptAt > 2000) {
      sweptAt = now.getTime()
      await endUnsendable(now)
      for (const [id, until] of pausedUntil) if (until <= now.getTime()) pausedUntil.delete(id)
    }
    const free = concurrency - underWay.size
    if (free <= 0) return false
    const claimed = await claimDeliveries(now, { limit: free, leaseMs, perDevice, except: busyDevices() })
    for (const one of claimed) {
      const work = send(one, options, pausedUntil)
        .catch((error) => options.log.error({ err: error, delivery_id: one.id }, 'a delivery could not be settled'))
        .finally(() => {
          underWay.delete(work)
          bell.ring() // a place is free
        })
      underWay.set(work, one.device.id)
    }
    // Places are left, and what was claimed may have kept others from being looked at: once more at once.
    return claimed.length > 0 && claimed.length < free
  }

  /** A device that answers slowly holds a few places, never all. */
  function busyDevices(): number[] {
    const counts = new Map<number, number>()
    for (const id of underWay.values()) counts.set(id, (counts.get(id) ?? 0) + 1)
    return [...counts].filter(([, count]) => count >= perDevice).map(([id]) => id)
  }

  return { step, idle: async () => void (await Promise.allSettled(underWay.keys())) }
}

async function send(claimed: ClaimedDelivery, options: DeliveryOptions, pausedUntil: Map<number, number>) {
  const { senders, siteUrl, attemptMs = 10_000 } = options
  const pause = pausedUntil.get(claimed.device.id) ?? 0
  if (pause > Date.now()) return releaseDelivery(claimed, new Date(pause))
  const { keys, endpoint } = claimed.device
  if (!keys) return giveUpDevice(claimed, options)
  const message = messageOf(claimed, siteUrl)
  if (typeof message === 'string') {
    options.log.error({ delivery_id: claimed.id, error: message }, 'no message can be made of a delivery')
    return settleFailed(claimed, { at: new Date(), status: null, answer: message }, null)
  }
  const headers = pushHeaders(claimed.event, claimed.incidentId)
  const parcel = { kind: 'web_push' as const, target: { endpoint, keys }, message, headers }
  let answer: Answer
  try {
    answer = await deliver(senders, parcel, AbortSignal.timeout(attemptMs))
  } catch (error) {
    // Keys that cannot be encrypted for, and the like: this row's own fault, which trying again will not mend.
    answer = { status: 400, retryAfterMs: null, text: error instanceof Error ? error.message : 'It cannot be sent' }
  }
  await settle(claimed, answer, options, pausedUntil)
}

/** The message, or what is wrong with what was kept for it. */
function messageOf(claimed: ClaimedDelivery, siteUrl: string): PushMessage | string {
  try {
    const moment = { ...claimed, deliveryId: claimed.id, siteUrl, now: new Date() }
    return claimed.facts.event === 'digest' ? pushDigest(claimed.facts, moment) : pushMessage(claimed.facts, moment)
  } catch (error) {
    return `No message can be made of it: ${error instanceof Error ? error.message : error}`.slice(0, 200)
  }
}

/** Nothing can be encrypted for it: its browser makes a new subscription when it comes, and gets what it missed. */
async function giveUpDevice(claimed: ClaimedDelivery, { log }: DeliveryOptions) {
  const { device } = claimed
  const reason = 'The keys kept of this device cannot be opened'
  await markLost(device.id, device.endpoint, reason)
  await settleFailed(claimed, { at: new Date(), status: null, answer: reason }, null)
  log.error({ delivery_id: claimed.id, push_device_id: device.id }, `${reason}: is SECRET_KEY another one?`)
}

async function settle(
  claimed: ClaimedDelivery,
  answer: Answer,
  { log, random = Math.random }: DeliveryOptions,
  pausedUntil: Map<number, number>,
) {
  const now = new Date()
  const { device } = claimed
  const words = `${answer.status ?? ''} ${answer.text}`.trim().slice(0, 200)
  const attempt: Attempt = { at: now, status: answer.status, answer: answer.text.slice(0, 200) }
  const about = {
    delivery_id: claimed.id,
    incident_id: claimed.incidentId,
    push_device_id: device.id,
    status: answer.status,
  }
  const verdict = verdictOf(answer.status)
  if (verdict === 'accepted') {
    await settleDelivered(claimed, attempt)
    await markAccepted(device.id)
    if (claimed.attempts > 0) await hastenDeliveries(device.id)
    log.info({ ...about, event: claimed.event, attempts: claimed.attempts + 1 }, 'notice accepted')
    return
  }
  if (verdict === 'gone') {
    const lost = await markLost(device.id, device.endpoint, `The push service answered ${words}`.slice(0, 200))
    // It has healed while we were sending: to the new endpoint, now.
    await settleFailed(claimed, attempt, lost ? null : now)
    log.warn({ ...about, lost }, 'the push service says that a subscription is gone')
    return
  }
  const retryAt =
    verdict === 'too_large' || (claimed.event === 'test' && now.getTime() - claimed.createdAt.getTime() > testGivesUpMs)
      ? null
      : nextAttemptAt({ ...claimed, attempts: claimed.attempts + 1, retryAfterMs: answer.retryAfterMs }, random(), now)
  if (retryAt && answer.retryAfterMs !== null) pausedUntil.set(device.id, now.getTime() + answer.retryAfterMs)
  await settleFailed(claimed, attempt, retryAt)
  await markTrouble(device.id, words || 'No answer', { doubtful: verdict === 'refused' || retryAt === null })
  const level = verdict === 'refused' ? 'error' : 'warn'
  log[level](
    { ...about, answer: attempt.answer, retry_at: retryAt },
    verdict === 'refused'
      ? 'the push service refused us: our keys, subject or clock are wrong'
      : retryAt
        ? 'a notice was not accepted, trying again'
        : 'a notice could not be delivered',
  )
}
