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
}

/** A decision as it is kept, and the devices to deliver to (`held`: wanted, but cannot be reached until they heal). */
export type Decision = {
  channelId: number
  outcome: 'sent' | 'suppressed' | 'skipped'
  rule: 'everyone'
  why: string
  inputs: Record<string, string | number | boolean | string[] | null>
  deviceIds: number[]
  heldDeviceIds: number[]
}

/**
 * Who is told: everyone signed up, at once, on each device on which they want notices; 'resolved' only to those to whom
 * 'opened' went, or, when it was over before anyone could be told, to everyone, once. Source: rules, "Policy".
 */
export function decide(question: PolicyQuestion, channel: PolicyChannel): Decision {
  const wanted = channel.devices.filter((device) => device.intent)
  const decision = (
    outcome: Decision['outcome'],
    why: string,
    deviceIds: number[] = [],
    heldDeviceIds: number[] = [],
  ) =>
    ({
      channelId: channel.id,
      outcome,
      rule: 'everyone' as const,
      why,
      inputs: {
        event: question.event,
        kind: question.kind,
        over_before: question.overBefore,
        suppressed_by: question.suppressedBy,
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

const names = (devices: readonly PolicyDevice[]) => devices.map((device) => device.name).join(', ')
