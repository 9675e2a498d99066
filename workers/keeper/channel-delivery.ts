import type { Logger } from 'pino'
import { acknowledgeUrl } from '@/lib/action-tokens'
import { isMediumKind, media } from '@/lib/delivery/channels'
import { DeliveryError } from '@/lib/delivery/delivery-error'
import type { HouseMail } from '@/lib/delivery/email'
import type { Http } from '@/lib/delivery/http'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { Notice } from '@/lib/domain/notice'
import { noticeOf } from '@/lib/domain/notice-of'
import { nextAttemptAt } from '@/lib/domain/retry'
import { type ClaimedMessage, claimMessages } from '@/lib/store/channel-deliveries'
import { openConfig } from '@/lib/store/channel-secrets'
import { type ChannelFailed, giveUpOld, settleRefused, settleSent } from '@/lib/store/channel-settling'
import type { Bell } from './loop'

export type ChannelDeliveryOptions = {
  http: Http
  house: HouseMail | null
  siteUrl: string
  bell: Bell
  log: Logger
  /** Called when a channel cannot tell of an incident: someone else has to. */
  channelFailed: ChannelFailed
  concurrency?: number
  /** Longer than a whole attempt: a keeper that was killed in the middle of a send is followed after this. */
  leaseMs?: number
  attemptMs?: number
  random?: () => number
  now?: () => Date
}

/** Each incident is an alert of its own there, which only a notice of its own can open and close. */
const stateful: ChannelKind[] = ['pagerduty', 'opsgenie']
const perChannel = 4 // of the places, at most
const sweepEveryMs = 60_000

/** Sends to every channel but the phones what is due, `concurrency` at a time; `idle` resolves when nothing is under way. */
export function channelDelivery(options: ChannelDeliveryOptions) {
  const { bell, log, channelFailed, concurrency = 16, leaseMs = 45_000, now = () => new Date() } = options
  const underWay = new Set<Promise<void>>()
  let sweptAt = 0

  async function step(): Promise<boolean> {
    const at = now()
    if (at.getTime() - sweptAt > sweepEveryMs) {
      sweptAt = at.getTime()
      const old = await giveUpOld(at, channelFailed)
      if (old > 0) log.warn({ messages: old }, 'messages were given up after a day')
    }
    const limit = concurrency - underWay.size
    if (limit <= 0) return false
    const claimed = await claimMessages(at, { limit, perChannel, leaseMs, stateful })
    for (const message of claimed) {
      const work = send(message, options)
        .catch((error) => log.error({ err: error, message_id: message.id }, 'a message could not be settled'))
        .finally(() => {
          underWay.delete(work)
          bell.ring() // a place is free
        })
      underWay.add(work)
    }
    return false // what is sent rings when it is done
  }

  return { step, idle: async () => void (await Promise.allSettled(underWay)) }
}

async function send(message: ClaimedMessage, options: ChannelDeliveryOptions): Promise<void> {
  const { log, now = () => new Date() } = options
  const about = {
    message_id: message.id,
    incident_id: message.incidentId,
    channel_id: message.channelId,
    event: message.facts.event,
  }
  const outcome = await attempt(message, options).catch(failureOf)
  if (outcome instanceof DeliveryError) return refused(message, outcome, options, about)
  await settleSent(message, outcome, now())
  log.info({ ...about, status: outcome.status, attempts: message.attempts + 1 }, 'message accepted')
}

/** Anything that a medium did not foresee is tried again. */
function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error
  const why = error instanceof Error ? error.message : 'something failed'
  return new DeliveryError(`It cannot be sent: ${why}`.slice(0, 300), { permanent: false })
}

async function attempt(message: ClaimedMessage, options: ChannelDeliveryOptions) {
  const { http, house, attemptMs = 35_000, now = () => new Date() } = options
  const { kind } = message
  if (!isMediumKind(kind)) throw new DeliveryError('Phones have an outbox of their own', { permanent: true })
  const at = now()
  const signal = AbortSignal.timeout(attemptMs)
  const notice = made('No message can be made of it', 422, () => noticeFor(message, options.siteUrl, at))
  const config = made('Its configuration cannot be read', null, () => openConfig(message))
  return media[kind].send(config, notice, { previous: message.reference, signal, http, now: at, house })
}

/** What trying again will not mend. */
function made<T>(what: string, status: number | null, make: () => T): T {
  try {
    return make()
  } catch (error) {
    const why = error instanceof Error ? error.message : 'broken'
    throw new DeliveryError(`${what}: ${why}`.slice(0, 300), { permanent: true, status })
  }
}

function noticeFor(message: ClaimedMessage, siteUrl: string, now: Date): Notice {
  const { id, incidentId, channelId, acknowledged, zone, facts } = message
  const open = incidentId !== null && !acknowledged && facts.event !== 'resolved'
  return noticeOf(facts, {
    ...message,
    deliveryId: id,
    acknowledgeUrl: open ? acknowledgeUrl(siteUrl, incidentId, channelId, now) : null,
    timeZone: zone === 'UTC' ? null : zone,
    siteUrl,
    now,
  })
}

async function refused(
  message: ClaimedMessage,
  error: DeliveryError,
  { log, channelFailed, random = Math.random, now = () => new Date() }: ChannelDeliveryOptions,
  about: object,
): Promise<void> {
  const at = now()
  const { permanent, status, retryAfterMs, message: answer } = error
  const attempts = message.attempts + 1
  const retryAt = permanent ? null : nextAttemptAt({ ...message, attempts, retryAfterMs }, random(), at)
  const result = { ok: false as const, permanent, status, retryAfterMs, answer }
  const change = await settleRefused(message, result, { retryAt, now: at, channelFailed })
  const broke = change !== null && change.before.brokenSince === null && change.after.brokenSince !== null
  log[broke ? 'error' : 'warn'](
    { ...about, status, answer, retry_at: retryAt },
    broke
      ? 'a channel is broken until it is repaired'
      : retryAt
        ? 'a message was not accepted, trying again'
        : 'a message could not be delivered',
  )
}
