import { listText } from './describe-list'
import { durationWords } from './duration'

/** What a check found, in one sentence. */
export type CheckResult = { ok: boolean; words: string }
/** Either the result, or what is waited for and when it is looked at again (epoch ms). */
export type CheckStep<W> = { result: CheckResult } | { waiting: W; askAt: number }

const minute = 60_000
const hour = 60 * minute
const fault = (words: string): { result: CheckResult } => ({ result: { ok: false, words } })
const fine = (words: string): { result: CheckResult } => ({ result: { ok: true, words } })

// ---- something that is tried a few times ----

const mostTries = 3
/** How often it was tried so far, in vain. */
export type Trying = { tries: number }

/** What an answer to a try means; the third refusal in a row, each `gapMs` after the one before, is a failure. */
export function judgeTry(
  answer: { ok: boolean; words: string },
  before: Trying | null,
  { gapMs, what }: { gapMs: number; what: string },
  now: number,
): CheckStep<Trying> {
  if (answer.ok) return fine(answer.words)
  const tries = (before?.tries ?? 0) + 1
  if (tries < mostTries) return { waiting: { tries }, askAt: now + gapMs }
  return fault(`${what} failed ${mostTries} times in a row: ${answer.words}`)
}

const provenMs = 24 * hour

/** A notice that went through lately proves a channel as well as a test does. Instants in epoch ms. */
export function provenBy(lastDeliveredAt: number | null, failingSince: number | null, now: number): CheckResult | null {
  if (lastDeliveredAt === null || failingSince !== null || now - lastDeliveredAt > provenMs) return null
  return {
    ok: true,
    words: `It took a notice ${durationWords(Math.max(0, now - lastDeliveredAt))} ago: no test was needed.`,
  }
}

// ---- the mail loop ----

/** A mail on its way; token: what its subject is found by. Epoch ms. */
export type MailSent = { token: string; sentAt: number }
/** What the mailbox answered. at: when it was put there, epoch ms. */
export type MailFound =
  | { is: 'there'; folder: string; junk: boolean; at: number }
  | { is: 'absent' }
  | { is: 'unreadable'; why: string }

const readAfterMs = 15 * minute
const mailPatienceMs = 30 * minute

export const readAt = (sentAt: number) => sentAt + readAfterMs

/** What it means that a mail is there, or is not yet. */
export function judgeMail(sent: MailSent, found: MailFound, now: number): CheckStep<MailSent> {
  if (found.is === 'there') {
    if (found.junk) return fault(`The mail arrived among the junk, in ${JSON.stringify(found.folder)}.`)
    return fine(`The mail arrived within ${durationWords(Math.max(1000, found.at - sent.sentAt))}.`)
  }
  const waited = now - sent.sentAt
  if (waited < mailPatienceMs) return { waiting: sent, askAt: Math.min(now + minute, sent.sentAt + mailPatienceMs) }
  if (found.is === 'unreadable') return fault(`The mailbox cannot be read: ${found.why}`)
  return fault(`The mail was taken, but had not arrived after ${durationWords(waited)}.`)
}

// ---- push ----

/** A round of tests under way; `tries` counts the rounds sent. stage: sent, or waiting for the next round. Epoch ms. */
export type PushRound = { since: number; tries: number; sent: boolean }
/** A device as a round finds it. shownAt: when it last showed anything. trouble: what its push service last said. */
export type PushedDevice = {
  id: number
  name: string
  shownAt: number | null
  reachable: boolean
  trouble: string | null
}

/** When each round of tests goes out, after the first: a phone that is off or asleep has a day to show one. */
export const pushRoundsMs = [0, hour, 6 * hour, 24 * hour] as const
const showWithinMs = 2 * minute

/** Devices that have shown nothing since the check began. */
export const unshown = (devices: readonly PushedDevice[], since: number) =>
  devices.filter((device) => device.shownAt === null || device.shownAt < since)

/** After a round was sent: when it is looked at. */
export const pushSent = (
  round: Pick<PushRound, 'since' | 'tries'>,
  now: number,
): { waiting: PushRound; askAt: number } => ({
  waiting: { since: round.since, tries: round.tries + 1, sent: true },
  askAt: now + showWithinMs,
})

/** What it means which devices have shown a test since the check began. */
export function judgePush(round: PushRound, devices: readonly PushedDevice[], now: number): CheckStep<PushRound> {
  const silent = unshown(devices, round.since)
  if (devices.length === 0) return fine('No device wants notices any more.')
  if (silent.length === 0) return fine(`Shown on ${listText(devices.map((device) => device.name))}.`)
  const next = pushRoundsMs[round.tries]
  if (next !== undefined) return { waiting: { ...round, sent: false }, askAt: Math.max(now, round.since + next) }
  const why = ({ reachable, trouble }: PushedDevice) => (reachable ? trouble : 'its subscription is lost')
  const named = silent.map((device) => (why(device) ? `${device.name} (${why(device)})` : device.name))
  return fault(`${listText(named)} showed no test in ${durationWords(now - round.since)}.`)
}

// ---- the keeper, and the ping to another monitor ----

const cycleMs = minute
const unsentMs = 5 * minute

/** cycleAt: the newest cycle of any keeper. unsentSince: since when the oldest notice is due that nobody has tried. */
export type KeeperFacts = { cycleAt: number | null; unsentSince: number | null }

export function judgeKeeper({ cycleAt, unsentSince }: KeeperFacts, now: number): CheckResult {
  if (cycleAt === null) return { ok: false, words: 'No keeper has finished a cycle yet.' }
  const age = now - cycleAt
  if (age > cycleMs) return { ok: false, words: `No keeper has finished a cycle for ${durationWords(age)}.` }
  const waits = unsentSince === null ? 0 : now - unsentSince
  if (waits > unsentMs)
    return { ok: false, words: `A notice has been due for ${durationWords(waits)}, and nobody has sent it.` }
  return { ok: true, words: 'A cycle ended less than a minute ago, and nothing waits.' }
}

/** A fault counts when it still stands a minute later: a keeper that has just started has yet to finish a cycle. */
export function judgeTwice(found: CheckResult, before: Trying | null, now: number): CheckStep<Trying> {
  return found.ok || before ? { result: found } : { waiting: { tries: 1 }, askAt: now + cycleMs }
}

/** What another monitor answered to a ping; status null: nothing. */
export function judgePing({ status, answer }: { status: number | null; answer: string }): CheckResult {
  if (status !== null && status >= 200 && status < 300) return { ok: true, words: `It answered ${status}.` }
  return { ok: false, words: status === null ? answer : `it answered ${status}${answer === '' ? '' : `: ${answer}`}` }
}
