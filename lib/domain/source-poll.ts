import {
  type Answer,
  heldDarkBySource,
  isImplausible,
  judgeAnswer,
  type SourceRule,
  type SourceTrouble,
} from './source-isolation'
import type { Status } from './status'

/** What one poll says of one device. */
export type SaidOfDevice = {
  key: string
  mac: string | null
  name: string
  says: 'dark' | 'up' | 'none'
  status: string | null
  uptimeSeconds: number | null
  signalDbm: number | null
  powerCut: boolean
  entry: unknown
}

/** What is known of a device that a source lists. Instants are epoch ms. */
export type PolledDevice = {
  deviceId: number
  trouble: SourceTrouble | null
  isKnown: boolean // it was in a poll before
  status: string | null // the source's word of the last poll
  isolatedAt: number | null
  bootedAt: number | null
  signalDbm: number | null
  isPaused: boolean
  /** Until when some probe that sees and watches its site was there to ping it; null: none ever, or it is not pinged. */
  pingedUntil: number | null
  isForemost: boolean // no other source that answers comes before this one
  /** When a source that comes before this one last said that it is not dark; null: none did. isAsked: it may come back. */
  otherwise: { until: number; isAsked: boolean } | null
  open: { outageId: number; beganAt: number } | null
  shown: Status
}

/** What is kept of a device: all of its row in source_states. evidence: its entry is kept with it, or dropped. */
export type KeptState = {
  deviceId: number
  answers: readonly Answer[]
  darkSince: number | null
  isolatedAt: number | null
  status: string | null
  bootedAt: number | null
  signalDbm: number | null
  evidence: 'keep' | 'put' | 'drop'
}

/** answers: those that decided. */
export type SourceStep =
  | { to: 'dark'; beganAt: number; isolatedAt: number; answers: readonly Answer[] }
  | { to: 'up'; outageId: number; endedAt: number; answers: readonly Answer[] }
  | { to: 'shown'; status: 'up' | 'unknown' }
  | { to: 'witness'; outageId: number } // pings decide, and this is what it says meanwhile

export type PollJudging = { answeredAt: number; rule: SourceRule; everyMs: number }
export type DeviceJudgement = { kept: KeptState | null; step: SourceStep | null }

const jitterMs = 120_000 // an uptime is as old as the source's last word with its device
const signalStep = 5 // dB

/**
 * What a poll means for one device: what is kept of it (null: nothing new) and what follows. Where a probe pings it the
 * source is a witness alone; where none does any more, what the source has said counts from then on.
 * Source: README, "A second witness".
 */
export function judgeDevice(device: PolledDevice, said: SaidOfDevice, judging: PollJudging): DeviceJudgement {
  const isPinged = device.pingedUntil !== null && device.pingedUntil > judging.answeredAt
  const decides = !isPinged && device.isForemost && !device.isPaused
  if (device.isPaused || said.says === 'none') {
    const trouble = device.isPaused ? null : device.trouble
    const isUnsaid = decides && !device.open
    return {
      kept: keptOf(device, said, judging, { trouble, isolatedAt: trouble ? device.isolatedAt : null }),
      step: isUnsaid ? unknownStep(device) : null,
    }
  }
  const held = decides && device.open && device.trouble?.darkSince == null
  const before = held ? heldDarkBySource(device.open?.beganAt ?? 0) : device.trouble
  const answer = [judging.answeredAt, said.says === 'dark' ? 1 : 0] as const
  const { trouble, change } = judgeAnswer(before, answer, judging.rule)
  const isolatedAt =
    change?.kind === 'isolated' ? judging.answeredAt : trouble?.darkSince == null ? null : device.isolatedAt
  const kept = keptOf(device, said, judging, { trouble, isolatedAt })
  if (!decides) {
    const witnessed = isPinged && device.open && !device.isPaused
    return { kept, step: witnessed ? { to: 'witness', outageId: device.open?.outageId ?? 0 } : null }
  }
  if (device.open)
    return {
      kept,
      step:
        change?.kind === 'revived'
          ? { to: 'up', outageId: device.open.outageId, endedAt: change.endedAt, answers: change.answers }
          : null,
    }
  if (trouble?.darkSince != null && said.says === 'dark')
    return {
      kept,
      step: isContradicted(device, trouble.darkSince, judging)
        ? unknownStep(device)
        : darkStep(device, trouble.darkSince, change?.answers ?? [answer], judging),
    }
  const isUpAgain = trouble?.darkSince == null && said.says === 'up' && stale.includes(device.shown)
  return { kept, step: isUpAgain ? { to: 'shown', status: 'up' } : null }
}

const stale: readonly Status[] = ['new', 'unknown', 'down', 'unreachable']

const unknownStep = ({ shown }: PolledDevice): SourceStep | null =>
  shown === 'unknown' ? null : { to: 'shown', status: 'unknown' }

/**
 * It had been dark here for long while another source knew better, which is in trouble now: that the other one says nothing
 * is no outage.
 */
const isContradicted = ({ otherwise }: PolledDevice, darkSince: number, { rule }: PollJudging): boolean =>
  otherwise?.isAsked === true && darkSince < otherwise.until - rule.forgetMs

/** A device that a probe pinged, or another source knew, until just now is dark by what was said since then alone. */
function darkStep(
  { pingedUntil, otherwise }: PolledDevice,
  darkSince: number,
  answers: readonly Answer[],
  { answeredAt, rule, everyMs }: PollJudging,
): SourceStep | null {
  const until = Math.max(pingedUntil ?? Number.NEGATIVE_INFINITY, otherwise?.until ?? Number.NEGATIVE_INFINITY)
  if (answeredAt < until + (rule.misses - 1) * everyMs) return null
  const beganAt = Math.min(answeredAt, Math.max(darkSince, until))
  return { to: 'dark', beganAt, isolatedAt: answeredAt, answers }
}

type Judged = { trouble: SourceTrouble | null; isolatedAt: number | null }

/** Null while nothing worth a write has changed: of thousands of devices that are up nothing has. */
function keptOf(
  device: PolledDevice,
  said: SaidOfDevice,
  { answeredAt }: PollJudging,
  { trouble, isolatedAt }: Judged,
): KeptState | null {
  const booted = said.uptimeSeconds === null ? null : answeredAt - said.uptimeSeconds * 1000
  const hasBooted = booted !== null && Math.abs(booted - (device.bootedAt ?? 0)) > jitterMs
  const hasMoved =
    said.signalDbm !== null && (device.signalDbm === null || Math.abs(said.signalDbm - device.signalDbm) >= signalStep)
  const darkSince = trouble?.darkSince ?? null
  const wasDarkSince = device.trouble?.darkSince ?? null
  const answers = trouble?.answers ?? []
  const isSame =
    device.isKnown &&
    !hasBooted &&
    !hasMoved &&
    said.status === device.status &&
    darkSince === wasDarkSince &&
    isolatedAt === device.isolatedAt &&
    sameAnswers(answers, device.trouble?.answers ?? [])
  if (isSame) return null
  return {
    deviceId: device.deviceId,
    answers,
    darkSince,
    isolatedAt,
    status: said.status,
    bootedAt: hasBooted ? booted : device.bootedAt,
    signalDbm: said.signalDbm ?? device.signalDbm,
    evidence: darkSince === null ? 'drop' : isolatedAt !== device.isolatedAt ? 'put' : 'keep',
  }
}

const sameAnswers = (some: readonly Answer[], others: readonly Answer[]) =>
  some.length === others.length && some.every(([at, dark], i) => at === others[i]?.[0] && dark === others[i]?.[1])

export type PollCounts = {
  listed: number
  up: number
  dark: number
  silent: number // listed, and nothing is said of them
  unknown: number // listed, and not taken over yet
  isolated: number
  revived: number
  faulty: number // entries that could not be read
}

export type PolledPair = { device: PolledDevice; said: SaidOfDevice }

/** How a poll compares with the one before, as far as it could be the source's own fault. */
export function fallenIn(pairs: readonly PolledPair[]): { wereUp: number; fallen: number } {
  let [wereUp, fallen] = [0, 0]
  for (const { device, said } of pairs) {
    const wasDark = device.trouble !== null && (device.trouble.darkSince !== null || endsDark(device.trouble.answers))
    if (!device.isKnown || wasDark || said.says === 'none') continue
    wereUp++
    if (said.says === 'dark') fallen++
  }
  return { wereUp, fallen }
}

const endsDark = (answers: readonly Answer[]) => answers.at(-1)?.[1] === 1

/** Why a poll is not believed, in words; null: it is. */
export function doubtOf(pairs: readonly PolledPair[]): string | null {
  const { wereUp, fallen } = fallenIn(pairs)
  if (!isImplausible({ wereUp, fallen })) return null
  return `it says that ${fallen} of ${wereUp} devices that were up are dark all at once: expected at most half of them`
}
