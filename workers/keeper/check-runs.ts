import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { sendCheckMail } from '@/lib/delivery/check-mail'
import { pingOut } from '@/lib/delivery/dead-man'
import { DeliveryError } from '@/lib/delivery/delivery-error'
import type { HouseMail } from '@/lib/delivery/email'
import type { Http } from '@/lib/delivery/http'
import { takeMail } from '@/lib/delivery/mailbox'
import {
  type CheckStep,
  judgeKeeper,
  judgeMail,
  judgePing,
  judgePush,
  judgeTry,
  judgeTwice,
  type MailSent,
  type PushRound,
  provenBy,
  pushSent,
  readAt,
  type Trying,
  unshown,
} from '@/lib/domain/check-verdicts'
import type { Mailbox } from '@/lib/domain/imap-url'
import type { WantedCheck } from '@/lib/domain/self-checks'
import { channelRecord, listPushedDevices, queueCheckPushes, readKeeperFacts } from '@/lib/store/check-facts'

/** What went out, and came back, when a channel was tested. */
export type SendTest = (channelId: number, signal: AbortSignal) => Promise<{ ok: boolean; answer: string }>

/** What checks reach the world by. mailbox, house: null where the settings name none. */
export type CheckTools = {
  house: HouseMail | null
  mailbox: Mailbox | null
  sendTest: SendTest
  http: Http
  deadManUrl: string | null
  signal: AbortSignal
}
export type Waiting = MailSent | Trying | PushRound

const fiveMinutes = 300_000
const Tried = z.object({ tries: z.int() })
const Sent = z.object({ token: z.string(), sentAt: z.number() })
const Round = z.object({ since: z.number(), tries: z.int(), sent: z.boolean() })

/** Makes a check, or the next part of it. `waiting`: what the part before left. */
export async function runCheck(check: WantedCheck, waiting: unknown, tools: CheckTools): Promise<CheckStep<Waiting>> {
  if (check.kind === 'mail') return checkMail(waiting, tools)
  if (check.kind === 'push') return checkPush(check.channelId ?? 0, waiting)
  if (check.kind === 'channel') return checkChannel(check.channelId ?? 0, waiting, tools)
  if (check.kind === 'keeper') {
    const found = judgeKeeper(await readKeeperFacts(), Date.now())
    return judgeTwice(found, Tried.safeParse(waiting).data ?? null, Date.now())
  }
  return checkPing(waiting, tools)
}

async function checkMail(waiting: unknown, { house, mailbox, signal }: CheckTools): Promise<CheckStep<Waiting>> {
  if (!house || !mailbox) throw new Error('This keeper cannot check the mail: SMTP_URL and IMAP_URL are not both set')
  const sent = Sent.safeParse(waiting).data
  if (sent) return judgeMail(sent, await takeMail(mailbox, sent.token, signal), Date.now())
  const token = randomBytes(12).toString('hex')
  const refused = await refusalOf(() => sendCheckMail(house, mailbox.address ?? house.from, token, signal))
  const now = Date.now()
  if (refused === null) return { waiting: { token, sentAt: now }, askAt: readAt(now) }
  const before = Tried.safeParse(waiting).data ?? null
  return judgeTry({ ok: false, words: refused }, before, { gapMs: fiveMinutes, what: 'The mail' }, now)
}

async function checkPush(channelId: number, waiting: unknown): Promise<CheckStep<Waiting>> {
  const now = Date.now()
  const devices = await listPushedDevices(channelId)
  const round = Round.safeParse(waiting).data ?? { since: now, tries: 0, sent: false }
  const silent = unshown(devices, round.since)
  if (round.sent || silent.length === 0) return judgePush(round, devices, now)
  await queueCheckPushes(silent.map((device) => device.id))
  return pushSent(round, now)
}

async function checkChannel(
  id: number,
  waiting: unknown,
  { sendTest, signal }: CheckTools,
): Promise<CheckStep<Waiting>> {
  const record = await channelRecord(id)
  if (!record) return { result: { ok: true, words: 'The channel is gone.' } }
  const proof = provenBy(record.deliveredAt, record.failingSince, Date.now())
  if (proof) return { result: proof }
  let answer: { ok: boolean; answer: string } = { ok: false, answer: '' }
  const refused = await refusalOf(async () => {
    answer = await sendTest(id, signal)
  })
  const words = refused ?? (answer.ok ? `A test was taken: ${answer.answer || 'without a word'}` : answer.answer)
  const before = Tried.safeParse(waiting).data ?? null
  return judgeTry({ ok: answer.ok, words }, before, { gapMs: fiveMinutes, what: 'The test' }, Date.now())
}

/** Only while all is well: what another monitor waits for is the word that somebody would be told. */
async function checkPing(waiting: unknown, { deadManUrl, http, signal }: CheckTools): Promise<CheckStep<Waiting>> {
  const now = Date.now()
  if (deadManUrl === null) return { result: { ok: true, words: 'No other monitor is set any more.' } }
  const before = Tried.safeParse(waiting).data ?? null
  const health = judgeKeeper(await readKeeperFacts(), now)
  if (!health.ok) return { waiting: before ?? { tries: 0 }, askAt: now + 15_000 }
  const answer = judgePing(await pingOut(deadManUrl, http, signal))
  return judgeTry(answer, before, { gapMs: 30_000, what: 'The ping' }, Date.now())
}

/** In words why it was refused; null: it was not. Whatever else is thrown is our own fault, and thrown on. */
async function refusalOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof DeliveryError) return error.message
    throw error
  }
}
