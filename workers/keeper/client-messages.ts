import type { Logger } from 'pino'
import { messageIdOf, sendClientEmail } from '@/lib/delivery/client-email'
import { mayHaveGone, sendClientSms } from '@/lib/delivery/client-sms'
import { composeWords, mailOfWords } from '@/lib/delivery/client-words'
import { DeliveryError } from '@/lib/delivery/delivery-error'
import type { HouseMail } from '@/lib/delivery/email'
import type { Http } from '@/lib/delivery/http'
import type { SmsAccount } from '@/lib/delivery/sms'
import { saysStopped } from '@/lib/domain/message-outcome'
import { wordsFor } from '@/lib/domain/message-words'
import { nextAttemptAt } from '@/lib/domain/retry'
import { smsSize } from '@/lib/domain/sms-text'
import { optOutUrl } from '@/lib/opt-out-links'
import { beginDue, endMessages, isAnyOpen, readyFollowUps } from '@/lib/store/client-message-steps'
import {
  type ClaimedRecipient,
  claimRecipients,
  lapse,
  type Recipient,
  settleFailed,
  settleSent,
} from '@/lib/store/message-sends'
import { type MessageSettings, readMessageSettings } from '@/lib/store/message-settings'
import { optOut } from '@/lib/store/opt-outs'
import type { Bell } from './loop'

export type ClientMessagesOptions = {
  http: Http
  house: HouseMail | null
  account: SmsAccount | null
  siteUrl: string
  bell: Bell
  log: Logger
  concurrency?: number
  /** Longer than a whole attempt: what a keeper that was killed had in hand is freed after this. */
  leaseMs?: number
  attemptMs?: number
  random?: () => number
  now?: () => Date
}

const sweepEveryMs = 5000

/**
 * Tells clients what operators decided to tell them: begins with messages that are due or calls them off, sends
 * `concurrency` at a time, and readies the follow-ups. `idle` resolves when nothing is under way.
 */
export function clientMessages(options: ClientMessagesOptions) {
  const { bell, log, concurrency = 8, leaseMs = 60_000, now = () => new Date() } = options
  const underWay = new Set<Promise<void>>()
  let sweptAt = 0

  async function step(): Promise<boolean> {
    const at = now()
    if (Math.abs(at.getTime() - sweptAt) >= sweepEveryMs) {
      sweptAt = at.getTime()
      const freed = await lapse(at)
      if (freed > 0) log.warn({ parts: freed }, 'a keeper stopped while it wrote to clients')
      await readyFollowUps(at).catch((error) => log.error({ err: error }, 'an end could not be readied for clients'))
    }
    if (!(await isAnyOpen())) return false
    // One that cannot be begun with keeps nobody else from being told.
    await beginDue(at, (err, messageId) =>
      log.error({ err, message_id: messageId }, 'a message to clients could not be begun with'),
    )
    const settings = await readMessageSettings()
    const compose = (recipient: Recipient) => composed(recipient, settings, at)
    const claimed = await claimRecipients({ now: at, limit: concurrency - underWay.size, leaseMs, settings, compose })
    for (const recipient of claimed) {
      const work = send(recipient, settings, options)
        .catch((error) =>
          log.error({ err: error, recipient_id: recipient.id }, 'a message to a client could not be settled'),
        )
        .finally(() => {
          underWay.delete(work)
          bell.ring() // a place is free
        })
      underWay.add(work)
    }
    if (claimed.length === 0) await endMessages(at)
    return false // what is sent rings when it is done
  }

  return { step, idle: async () => void (await Promise.allSettled(underWay)) }
}

function composed(recipient: Recipient, { sender, zone, mostParts }: MessageSettings, now: Date) {
  const { clientName: name, company, person, number, words } = recipient
  const facts = { ...recipient, client: { name, company, person, number }, zone: recipient.zone ?? zone, sender, now }
  return composeWords(words, facts, mostParts)
}

async function send(
  recipient: ClaimedRecipient,
  { smsPrice }: MessageSettings,
  options: ClientMessagesOptions,
): Promise<void> {
  const { log, now = () => new Date() } = options
  const about = { recipient_id: recipient.id, message_id: recipient.messageId, medium: recipient.medium }
  try {
    const { providerId, status, answer } = await attempt(recipient, options)
    const cost = recipient.medium === 'sms' ? smsSize(recipient.body).segments * smsPrice : null
    await settleSent(recipient, { status, answer, at: now(), providerId, cost })
    log.info({ ...about, status }, 'a client was told')
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error
    const state = await refused(recipient, error, options)
    log.warn({ ...about, status: error.status, answer: error.message, state }, 'a client could not be told')
  }
}

async function attempt(recipient: ClaimedRecipient, options: ClientMessagesOptions) {
  const { http, house, account, siteUrl, attemptMs = 25_000, now = () => new Date() } = options
  const { address: to, subject, body, identity, language, medium, part, messageId, clientId } = recipient
  const signal = AbortSignal.timeout(attemptMs)
  if (medium === 'sms')
    return sendClientSms(
      { to, body, identity, statusCallback: callbackUrl(siteUrl) },
      { http, account, signal, now: now() },
    )
  const unsubscribeUrl = optOutUrl(siteUrl, to)
  const id = house ? messageIdOf(identity, house) : ''
  const first = house && part === 'follow_up' ? messageIdOf(`bl-message-${messageId}-first-${clientId}`, house) : null
  // Where the template lacks the client's language it reads another one.
  const spoken = wordsFor(recipient.words[part], medium, language)?.language ?? language
  const mail = { to, subject, ...mailOfWords(body, spoken, unsubscribeUrl), messageId: id, answers: first }
  const sent = await sendClientEmail({ ...mail, unsubscribeUrl: `${unsubscribeUrl}/now` }, { house, signal })
  return { ...sent, providerId: id }
}

/** Twilio refuses addresses that it cannot reach. */
function callbackUrl(siteUrl: string): string | null {
  const { hostname } = new URL(siteUrl)
  return /^(localhost|127\.|\[::1\])/.test(hostname) || !hostname.includes('.') ? null : `${siteUrl}/api/twilio/status`
}

async function refused(recipient: ClaimedRecipient, error: DeliveryError, options: ClientMessagesOptions) {
  const { random = Math.random, now = () => new Date() } = options
  const { permanent, status, retryAfterMs, message: answer } = error
  const said = { status, answer, at: now() }
  // A mail has its Message-ID, by which a second copy is known as one; a text has nothing.
  if (recipient.medium === 'sms' && mayHaveGone(error)) {
    await settleFailed(recipient, { ...said, retryAt: null, state: 'doubtful', why: `it may have gone out: ${answer}` })
    return 'doubtful'
  }
  const createdAt = recipient.firstAttemptAt ?? said.at
  const attempts = recipient.attempts + 1
  const retryAt = permanent ? null : nextAttemptAt({ attempts, createdAt, retryAfterMs }, random(), said.at)
  const state = retryAt === null ? 'failed' : 'waiting'
  await settleFailed(recipient, { ...said, retryAt, state, why: retryAt === null ? answer : null })
  if (recipient.medium === 'sms' && saysStopped(answer))
    await optOut({ medium: 'sms', address: recipient.address, how: 'STOP by text, says Twilio' }, said.at)
  return state
}
