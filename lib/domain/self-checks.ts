import type { ChannelKind } from './channel-kind'
import { compileSchedule, type Schedule } from './schedule'

/** mail: to itself and read. push: shown on phones. channel: a test. keeper: its cycles. dead_man: a ping out. */
export const checkKinds = ['mail', 'push', 'channel', 'keeper', 'dead_man'] as const
export type CheckKind = (typeof checkKinds)[number]
export const rhythms = ['off', 'daily', 'weekly', 'monthly'] as const
export type Rhythm = (typeof rhythms)[number]

/** What is checked, and when. The minute is of the day, in the zone; weekly is on Monday, monthly on the first. */
export type CheckSettings = {
  minute: number // 0..1439
  zone: string
  mail: Rhythm
  push: Rhythm
  channels: Rhythm
  /** Channels of which somebody said whether they are tested, by id; the others are as their kind has it. */
  tested: Readonly<Record<string, boolean>>
  keeper: boolean
  deadManSeconds: number | null // null: no other monitor is told that we live
}

export const unsaidChecks: CheckSettings = {
  minute: 600,
  zone: 'UTC',
  mail: 'daily',
  push: 'weekly',
  channels: 'weekly',
  tested: {},
  keeper: true,
  deadManSeconds: null,
}

/** phones: devices on which its operator wants notices. canTell: not broken, and of phones one at least can be reached. */
export type CheckedChannel = { id: number; kind: ChannelKind; name: string; phones: number; canTell: boolean }
/** hasMailbox: both ways of the mail are set, out and in. */
export type CheckedHouse = { hasMailbox: boolean; channels: readonly CheckedChannel[] }

/** A check that is to be made, and the job that it beats for. told: the channels of its incident; null: everyone. */
export type WantedCheck = {
  key: string
  kind: CheckKind
  channelId: number | null
  name: string
  schedule: Schedule
  graceSeconds: number
  told: number[] | null
}

const keeperSeconds = 60
const hour = 3600
/** A test there costs money, or calls someone out of bed: only when somebody wants it. */
const costly = new Set<ChannelKind>(['sms', 'pagerduty', 'opsgenie'])

export const isTested = (channel: Pick<CheckedChannel, 'id' | 'kind'>, { tested }: Pick<CheckSettings, 'tested'>) =>
  tested[channel.id] ?? !costly.has(channel.kind)

/**
 * The checks that these settings ask for. What fails is told by another way than the one that was checked; where there is
 * no other, everyone is told. Source: README, "Who watches Beatline".
 */
export function wantedChecks(settings: CheckSettings, { hasMailbox, channels }: CheckedHouse): WantedCheck[] {
  const { mail, push, keeper, deadManSeconds } = settings
  const ways = channels.filter((one) => one.kind !== 'web_push' || one.phones > 0)
  const toldBut = (spared: (channel: CheckedChannel) => boolean) => {
    const others = ways.filter((one) => one.canTell && !spared(one)).map((one) => one.id)
    return others.length === 0 ? null : others
  }
  const wanted: WantedCheck[] = []
  const add = (kind: CheckKind, name: string, schedule: Schedule | null, more: Partial<WantedCheck> = {}) => {
    if (schedule === null) return
    const graceSeconds = graceOf(kind, schedule)
    wanted.push({
      key: kind,
      kind,
      channelId: null,
      name: `Self-check: ${name}`,
      schedule,
      graceSeconds,
      told: null,
      ...more,
    })
  }
  if (hasMailbox) add('mail', 'mail loop', calendar(mail, settings), { told: toldBut(({ kind }) => kind === 'email') })
  for (const channel of ways) {
    const { id, name } = channel
    const of = (kind: 'push' | 'channel') => ({
      key: `${kind}:${id}`,
      channelId: id,
      told: toldBut((one) => one.id === id),
    })
    if (channel.kind === 'web_push') add('push', `push to ${name}`, calendar(push, settings), of('push'))
    else if (isTested(channel, settings))
      add('channel', `channel ${name}`, calendar(settings.channels, settings), of('channel'))
  }
  // With phones alone there is no other way to tell of it, and the phones' own check says the same.
  const hasOther = deadManSeconds !== null || ways.some((one) => one.kind !== 'web_push')
  if (keeper && hasOther) add('keeper', 'keeper', { kind: 'period', seconds: keeperSeconds })
  if (deadManSeconds !== null) add('dead_man', 'ping to the other monitor', { kind: 'period', seconds: deadManSeconds })
  return wanted
}

function calendar(rhythm: Rhythm, { minute, zone }: Pick<CheckSettings, 'minute' | 'zone'>): Schedule | null {
  if (rhythm === 'off') return null
  const days = { daily: '* * *', weekly: '* * 1', monthly: '1 * *' }[rhythm]
  return { kind: 'cron', expression: `${minute % 60} ${Math.floor(minute / 60)} ${days}`, zone }
}

/** Longer than the check itself may take, with its tries. */
function graceOf(kind: CheckKind, schedule: Schedule): number {
  if (kind === 'push') return 26 * hour
  if (kind === 'mail') return 2 * hour
  if (kind === 'channel') return hour
  return schedule.kind === 'period' ? Math.max(300, 3 * schedule.seconds) : hour
}

/** When a check is made first. What people see of it, a push or a test, waits for its time. Epoch ms. */
export function firstDueAt({ kind, schedule }: Pick<WantedCheck, 'kind' | 'schedule'>, now: number): number {
  const isSeen = kind === 'push' || kind === 'channel'
  return isSeen ? (compileSchedule(schedule).next(now) ?? now) : now
}

const againMs: Record<CheckKind, number> = {
  mail: hour * 1000,
  push: 24 * hour * 1000,
  channel: hour * 1000,
  keeper: keeperSeconds * 1000,
  dead_man: keeperSeconds * 1000,
}

/** When a check is made again: at its next time, and sooner after a failure, so that its end is found. Epoch ms. */
export function nextDueAt(
  { kind, schedule }: Pick<WantedCheck, 'kind' | 'schedule'>,
  ok: boolean,
  now: number,
): number {
  const next = compileSchedule(schedule).next(now) ?? now + againMs[kind]
  return ok ? next : Math.min(next, now + againMs[kind])
}

/** Why a job of the house is not changed as others are. */
export const ownCheckFault =
  'this job is one of Beatline itself: Settings, Self-checks and Sources, say when it is made'

/** A check of a kind in words, for people who meet its job: what is done, and what is called a failure. */
export function checkWords(kind: CheckKind): string {
  return words[kind]
}

const words: Record<CheckKind, string> = {
  mail: 'Beatline mails itself and looks into its mailbox 15 minutes later. It fails when the mail is refused, has not come after 30 minutes, or lies among the junk.',
  push: 'Every phone and browser of this operator gets a test that it has to show. It fails when one of them has shown none for 24 hours, in 4 tries.',
  channel:
    'A test goes through this channel, unless a notice did in the last 24 hours. It fails when the third try, 10 minutes after the first, is refused too.',
  keeper:
    'Some keeper has to finish a cycle each minute, and nothing that is due may lie unsent for 5 minutes. It needs a second keeper to be told while the first one hangs.',
  dead_man:
    'While all is well another monitor is pinged: its alarm tells of the day on which Beatline cannot. It fails when three pings in a row are not taken.',
}
