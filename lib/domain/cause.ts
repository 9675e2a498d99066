import type { Role } from './status'

export const causes = ['reboot', 'power', 'link', 'radio', 'unknown'] as const
export type Cause = (typeof causes)[number]

/** Something that another device said of this one while it went dark, or that it said itself. Instants are epoch ms. */
export type CauseHint = { kind: 'link_down' | 'link_up' | 'rebooted' | 'station_left' | 'station_joined'; at: number }

export type CauseEvidence = {
  role: Role
  beganAt: number
  endedAt: number
  /** By sysUpTime of a walk after the end; null: it does not say. */
  bootedAt: number | null
  /** Other devices of its site that were dark at the same time and booted within 2 min of it. */
  bootedWithIt: number
  hints: readonly CauseHint[] // about it
  /** It was one of many that an access point or the like lost while that answered. */
  lostWithOthers: boolean
}

const slackMs = 30_000 // between clocks, and between uptime and the first ping
const rebootMs = 60_000 // from going dark to counting uptime, when the power stayed on

/**
 * Why an outage was, told from evidence once it is over: the device started anew in it (power, when it began to run long
 * after it went dark or others of its site did so with it; else a reboot), or ran all the time and lost its link or radio.
 * Source: rules, "Correlation".
 */
export function causeOf(evidence: CauseEvidence): { cause: Cause; why: string } {
  const { role, beganAt, endedAt, bootedAt, bootedWithIt, hints, lostWithOthers } = evidence
  const started = bootedAt !== null && bootedAt >= beganAt - slackMs && bootedAt <= endedAt + slackMs
  if (started && bootedWithIt > 0)
    return { cause: 'power', why: `it and ${bootedWithIt} more of its site came back with low uptime` }
  if (started && role === 'cpe' && bootedAt - beganAt > rebootMs)
    return { cause: 'power', why: 'it had been off: it came back with low uptime' }
  if (started) return { cause: 'reboot', why: 'its uptime began anew' }
  const ran = bootedAt !== null && bootedAt < beganAt
  const about = hints.filter(({ at }) => at >= beganAt - slackMs && at <= endedAt + slackMs)
  const said = (kind: CauseHint['kind']) => about.some((hint) => hint.kind === kind)
  if (!ran && said('rebooted')) return { cause: 'reboot', why: 'it said so itself' }
  if (lostWithOthers) return { cause: 'radio', why: 'many were lost at once while what they hang on answered' }
  if (said('link_down')) return { cause: 'link', why: 'its interface was reported down' }
  if (said('station_left') && ran) return { cause: 'link', why: 'its registration was lost while it had power' }
  return { cause: 'unknown', why: ran ? 'it ran all the time' : 'nothing shows one' }
}

/** A line of the timeline: "Cause: power, as it and 3 more of its site came back with low uptime." */
export const causeNote = (name: string, { cause, why }: { cause: Cause; why: string }) =>
  cause === 'unknown' ? `No cause is known of ${name}: ${why}.` : `Cause of ${name}: ${cause}, as ${why}.`
