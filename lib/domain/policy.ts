import type { IncidentKind, NoticeEvent } from './message'

/** One phone or browser of a person, as far as the decision needs it. */
export type PolicyDevice = { id: number; name: string; intent: boolean; reachable: boolean }
/** Whom a channel belongs to, and what of this incident went to which device; `told` false: on its way, not there yet. */
export type PolicyChannel = {
  id: number
  name: string
  devices: readonly PolicyDevice[]
  openedTo: readonly { deviceId: number; told: boolean }[]
}

/** What happened to the incident, told apart as far as it changes who is told. */
export type PolicyQuestion = {
  event: Extract<NoticeEvent, 'opened' | 'grew' | 'resolved'>
  kind: IncidentKind
  name: string
  /** The incident was over before anyone could be told. */
  overBefore: boolean
  /** A reason why this event is told to nobody, as a sentence; null: nothing speaks against it. */
  suppressedBy: string | null
  /** A blackout covers it, now or (over before anyone could be told) when it ended: until when, ISO; null: no end known. */
  blackout?: { name: string; until: string | null } | null
  /** The channels that the job chose; null: everyone. */
  chosen?: readonly number[] | null
}

/** A decision as it is kept, and the devices to deliver to (`held`: wanted, but cannot be reached until they heal). */
export type Decision = {
  channelId: number
  outcome: 'sent' | 'delayed' | 'suppressed' | 'skipped'
  rule: 'everyone' | 'blackout' | 'chosen'
  why: string
  /** Of a delayed one: until when, ISO; null: until somebody ends the blackout. */
  until: string | null
  inputs: Record<string, string | number | boolean | string[] | null>
  deviceIds: number[]
  heldDeviceIds: number[]
}

/**
 * Who is told: everyone signed up (of a job: the channels that it chose), at once, on each device on which they want
 * notices; 'resolved' only to those to whom 'opened' went, or, when it was over before anyone could be told, to everyone,
 * once. In a blackout nobody is told of a beginning, and never of what began and ended in one. Source: rules, "Policy".
 */
export function decide(question: PolicyQuestion, channel: PolicyChannel): Decision {
  const wanted = channel.devices.filter((device) => device.intent)
  const decision = (
    outcome: Decision['outcome'],
    why: string,
    deviceIds: number[] = [],
    heldDeviceIds: number[] = [],
    rule: Decision['rule'] = 'everyone',
  ) =>
    ({
      channelId: channel.id,
      outcome,
      rule,
      why,
      until: outcome === 'delayed' ? (question.blackout?.until ?? null) : null,
      inputs: {
        event: question.event,
        kind: question.kind,
        over_before: question.overBefore,
        suppressed_by: question.suppressedBy,
        blackout: question.blackout?.name ?? null,
        devices: wanted.map((device) => device.name),
        reachable: wanted.filter((device) => device.reachable).length,
        opened_to: channel.openedTo.length,
      },
      deviceIds,
      heldDeviceIds,
    }) satisfies Decision

  if (question.suppressedBy !== null) return decision('suppressed', question.suppressedBy)
  if (question.event === 'resolved' && !question.overBefore) {
    if (channel.openedTo.length === 0)
      return decision('skipped', `${channel.name} was not told of ${question.name}, so not of its end either.`)
    const told = channel.openedTo.map((one) => one.deviceId)
    return decision('sent', `${channel.name} was told of ${question.name} and is told that it is over.`, told)
  }
  if (question.chosen && !question.chosen.includes(channel.id))
    return decision('skipped', `${channel.name} is not among the channels of ${question.name}.`, [], [], 'chosen')
  if (question.blackout && question.overBefore)
    return decision(
      'skipped',
      `${question.name} was back before anyone was told, and ${question.blackout.name} covered it: nobody is told.`,
      [],
      [],
      'blackout',
    )
  if (question.blackout && question.event === 'opened')
    return decision('delayed', withheld(question), [], [], 'blackout')
  if (question.event === 'opened' && question.overBefore)
    return decision(
      'skipped',
      `${question.name} was back before anyone could be told; the notice of its end says both.`,
    )
  if (wanted.length === 0) return decision('skipped', `${channel.name} has no device that takes notices.`)

  const reachable = wanted.filter((device) => device.reachable).map((device) => device.id)
  const held = wanted.filter((device) => !device.reachable).map((device) => device.id)
  if (reachable.length === 0)
    return decision(
      'skipped',
      `No device of ${channel.name} can be reached: ${names(wanted)}. It is told when one heals.`,
      [],
      held,
    )
  return decision(
    'sent',
    `Everyone is told at once: ${channel.name} on ${names(wanted.filter((d) => d.reachable))}.`,
    reachable,
    held,
  )
}

function withheld({ name, blackout }: PolicyQuestion): string {
  const end = blackout?.until === null ? 'when somebody ends it' : 'when it ends'
  return `Nobody is told of ${name} now: ${blackout?.name} covers it. If it is still dark ${end}, it is told then.`
}

const names = (devices: readonly PolicyDevice[]) => devices.map((device) => device.name).join(', ')
