import { randomInt } from 'node:crypto'
import { isMediumKind, media } from '@/lib/delivery/channels'
import { DeliveryError } from '@/lib/delivery/delivery-error'
import { createHttp, type Http } from '@/lib/delivery/http'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { Sent } from '@/lib/domain/notice'
import { noticeOf } from '@/lib/domain/notice-of'
import { env } from '@/lib/env'
import { recordAttempt } from '@/lib/store/channel-health'
import { openConfig } from '@/lib/store/channel-secrets'
import { sql, transaction } from '@/lib/store/database'

/** What a medium really answered to a test; status: null when neither HTTP nor SMTP said one. */
export type TestAnswer = { status: number | null; answer: string; ok: boolean }
type Row = { kind: ChannelKind; name: string; config: string | null; zone: string | null }

/**
 * Sends a test to a channel, at once and once, and tells what it answered. One that takes it counts as repaired; one that
 * refuses it for good as broken. Throws for a channel that there is not.
 */
export async function sendTest(channelId: number, signal: AbortSignal): Promise<TestAnswer> {
  const [row] = await sql<Row[]>`
    select kind, name, config, hours ->> 'zone' as zone from channels where id = ${channelId}`
  if (!row) throw new Error(`Cannot test the channel ${channelId}: there is none`)
  const http = createHttp({ allowPrivate: env().allowPrivateWebhooks })
  const now = new Date()
  const outcome = await attempt(channelId, row, { http, signal, now })
    .catch((error: unknown) => failureOf(error))
    .finally(() => http.close())
  const { answer } = outcome
  if (!(outcome instanceof Failure)) {
    await transaction((tx) => recordAttempt(tx, channelId, { ok: true }, answer, now))
    return { status: outcome.status, answer, ok: true }
  }
  // What may work in a minute says nothing about the notices: the outbox finds out by itself.
  if (outcome.permanent) await transaction((tx) => recordAttempt(tx, channelId, { ok: false, ...outcome }, answer, now))
  return { status: outcome.status, answer, ok: false }
}

class Failure {
  readonly retryAfterMs = null
  constructor(
    readonly status: number | null,
    readonly answer: string,
    readonly permanent: boolean,
  ) {}
}

function failureOf(error: unknown): Failure {
  if (error instanceof DeliveryError) return new Failure(error.status, error.message, error.permanent)
  return new Failure(null, error instanceof Error ? error.message : 'It cannot be sent', false)
}

async function attempt(
  channelId: number,
  { kind, name, config, zone }: Row,
  { http, signal, now }: { http: Http; signal: AbortSignal; now: Date },
): Promise<Sent> {
  if (!isMediumKind(kind))
    throw new DeliveryError('Phones are tested one by one, where they are listed', { permanent: false })
  const { siteUrl, houseMail } = env()
  const notice = noticeOf(
    { event: 'test', name },
    {
      channelId,
      deliveryId: randomInt(2 ** 47), // each test is a message of its own
      incidentId: null,
      sequence: 1,
      priority: 'low',
      acknowledgeUrl: null,
      acknowledgedBy: null,
      behind: 0,
      openIncidents: 0,
      toldBefore: false,
      timeZone: zone === 'UTC' ? null : zone,
      siteUrl,
      now,
      role: null,
      client: null,
      tags: [],
    },
  )
  const context = { previous: null, signal, http, now, house: houseMail ?? null }
  return media[kind].send(openConfig({ config }), notice, context)
}
