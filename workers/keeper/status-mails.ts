import type { Logger } from 'pino'
import { messageIdOf, sendClientEmail } from '@/lib/delivery/client-email'
import { mayHaveGone, sendClientSms } from '@/lib/delivery/client-sms'
import { DeliveryError } from '@/lib/delivery/delivery-error'
import type { HouseMail } from '@/lib/delivery/email'
import type { Http } from '@/lib/delivery/http'
import type { SmsAccount } from '@/lib/delivery/sms'
import { nextAttemptAt } from '@/lib/domain/retry'
import { codeHoldsMs, linkHoldsMs } from '@/lib/domain/status-limits'
import { type StatusParcel, statusParcel } from '@/lib/status-parcel'
import { placeOfAudience } from '@/lib/status-places'
import {
  type ClaimedStatusMail,
  claimStatusMails,
  failStatusMail,
  markHandedOver,
  settleStatusMail,
} from '@/lib/store/status-outbox'
import { readSettleMinutes } from '@/lib/store/status-pages'
import { forgetOptedOut, forgetUnconfirmed } from '@/lib/store/status-subscribers'
import { type ToldBefore, tellSubscribers } from '@/lib/store/status-tellings'
import type { Bell } from './loop'

export type StatusMailOptions = {
  http: Http
  house: HouseMail | null
  account: SmsAccount | null
  siteUrl: string
  bell: Bell
  log: Logger
  concurrency?: number
  /** Longer than a whole attempt. */
  leaseMs?: number
  attemptMs?: number
  tellEveryMs?: number
  settleMs?: number
  random?: () => number
  now?: () => Date
}

const sweepEveryMs = 60_000

/** Tells the subscribers of the status pages, `concurrency` at a time; `idle` resolves when nothing is under way. */
export function statusMails(options: StatusMailOptions) {
  const { bell, log, concurrency = 6, leaseMs = 60_000, tellEveryMs = 5000, now = () => new Date() } = options
  const underWay = new Set<Promise<void>>()
  const before: ToldBefore = new Map()
  let [toldAt, sweptAt] = [0, 0]

  async function step(signal: AbortSignal): Promise<boolean> {
    const at = now()
    if (at.getTime() - sweptAt >= sweepEveryMs) {
      sweptAt = at.getTime()
      await forgetUnconfirmed(at)
      await forgetOptedOut()
    }
    if (at.getTime() - toldAt >= tellEveryMs) {
      toldAt = at.getTime()
      await tellSubscribers(at, options.settleMs ?? (await readSettleMinutes()) * 60_000, before)
    }
    const limit = concurrency - underWay.size
    if (limit <= 0 || signal.aborted) return false
    const claimed = await claimStatusMails(at, { limit, leaseMs })
    for (const mail of claimed) {
      const work = send(mail, options)
        .catch((error) =>
          log.error({ err: error, status_delivery_id: mail.id }, 'a status message could not be settled'),
        )
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

async function send(mail: ClaimedStatusMail, options: StatusMailOptions): Promise<void> {
  const { log, siteUrl, random = Math.random, now = () => new Date() } = options
  const about = { status_delivery_id: mail.id, event: mail.event, medium: mail.medium, incident_id: mail.incidentId }
  const give = (answer: string) => failStatusMail(mail, { at: now(), status: null, answer }, null)
  const { pageId, clientId } = mail
  const audience = pageId !== null ? { pageId, clientId: null } : clientId !== null ? { pageId: null, clientId } : null
  const place = audience && (await placeOfAudience(audience))
  if (!place) return give('The page is not public any more')
  const parcel = statusParcel(mail, { ...place, siteUrl })
  if ('fault' in parcel) return give(parcel.fault)
  const madeAt = new Date(parcel.madeAt)
  if (mail.event === 'confirm' && now().getTime() - parcel.madeAt > (mail.medium === 'sms' ? codeHoldsMs : linkHoldsMs))
    return give('It was not sent while it held')
  if (mail.medium === 'sms' && !(await markHandedOver(mail, now()))) return
  try {
    const { status, answer } = await hand(mail, parcel, options)
    await settleStatusMail(mail, { at: now(), status, answer })
    log.info({ ...about, status }, 'status message accepted')
  } catch (error) {
    const failure = asFailure(error)
    const doubtful = mail.medium === 'sms' && mayHaveGone(failure)
    const tries = mail.medium === 'sms' ? Math.ceil((mail.attempts + 2) / 2) : mail.attempts + 1 // a text notes each twice
    const made = { attempts: tries, createdAt: madeAt, retryAfterMs: failure.retryAfterMs }
    const retryAt = failure.permanent || doubtful ? null : nextAttemptAt(made, random(), now())
    await failStatusMail(mail, { at: now(), status: failure.status, answer: failure.message.slice(0, 300) }, retryAt)
    log.warn(
      { ...about, status: failure.status, answer: failure.message, retry_at: retryAt },
      'a status message was not accepted',
    )
  }
}

async function hand(mail: ClaimedStatusMail, parcel: StatusParcel, options: StatusMailOptions) {
  const { http, house, account, attemptMs = 40_000, now = () => new Date() } = options
  const signal = AbortSignal.timeout(attemptMs)
  if (mail.medium === 'sms') {
    const text = { to: mail.address, body: parcel.sms, identity: parcel.identity, statusCallback: null }
    return sendClientSms(text, { http, account, signal, now: now() })
  }
  const idOf = (identity: string) => (house ? messageIdOf(identity, house) : '')
  const { identity, thread, subject, text, html, unsubscribeUrl } = parcel
  return sendClientEmail(
    {
      ...{ to: mail.address, subject, text, html, unsubscribeUrl },
      messageId: idOf(identity),
      answers: thread === null ? null : idOf(thread),
    },
    { house, signal },
  )
}

/** Anything that a medium did not foresee is tried again. */
function asFailure(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error
  const why = error instanceof Error ? error.message : 'something failed'
  return new DeliveryError(`It cannot be sent: ${why}`.slice(0, 300), { permanent: false })
}
