import type { NoticeEvent } from './message'
import type { Outcome } from './telling'

/** One phone or browser of a person, as far as the choice needs it. */
export type PushDevice = { id: number; name: string; intent: boolean; reachable: boolean }

/** A channel of somebody's own devices that is to be told of an event of an incident. */
export type DeviceQuestion = {
  channel: { name: string; devices: readonly PushDevice[] }
  event: NoticeEvent
  incident: string // its name
  goneTo: readonly number[] // devices to which news of the incident went, or is still on its way
  toldBy: Outcome | null // how the channel was told of it before; null: not yet
}

/** `held`: wanted, but told only when they heal. `why`: nobody can be told now, as a sentence. */
export type DeviceChoice = { deviceIds: readonly number[]; heldIds: readonly number[]; why: string | null }

/**
 * On which devices a channel is told: on each on which its owner wants notices; of the end on those that had the
 * beginning, and on all of them where it came in a digest or is told with its end. Source: rules, "Web Push".
 */
export function chooseDevices({ channel, event, incident, goneTo, toldBy }: DeviceQuestion): DeviceChoice {
  const { name, devices } = channel
  if (event === 'resolved' && goneTo.length > 0) return { deviceIds: goneTo, heldIds: [], why: null }
  if (event === 'resolved' && toldBy === 'sent')
    return nobody(`${name} was not told of ${incident}, so not of its end either.`)
  const wanted = devices.filter((device) => device.intent)
  if (wanted.length === 0) return nobody(`${name} has no device that takes notices.`)
  const ids = (reachable: boolean) => wanted.filter((one) => one.reachable === reachable).map(({ id }) => id)
  const deviceIds = ids(true)
  // One that heals wants to hear what is the matter, not how often it was said.
  const heldIds = event === 'reminded' || event === 'grew' ? [] : ids(false)
  if (deviceIds.length > 0) return { deviceIds, heldIds, why: null }
  const names = wanted.map((device) => device.name).join(', ')
  return nobody(`No device of ${name} can be reached: ${names}. It is told when one heals.`, heldIds)
}

const nobody = (why: string, heldIds: readonly number[] = []): DeviceChoice => ({ deviceIds: [], heldIds, why })
