import { configMeant, newConfig, refuseInput, settingsMeant } from '@/lib/channel-input'
import { Problem } from '@/lib/problem'
import { createChannel, type StoredChannel, updateChannel } from '@/lib/store/channel-writes'
import type { ChannelInput, ChannelPatch } from '@/lib/wire/rest-channels'

/** Keeps a new channel and answers its id. Throws invalid-input and conflict. */
export async function addChannel(said: ChannelInput): Promise<number> {
  const config = newConfig(said.kind, said.config ?? {})
  const made = await createChannel(said.kind, settingsMeant(said, null), config)
  return 'fault' in made ? refuseFault(made) : made.id
}

/** Keeps what is said over the standing channel. False when it was removed meanwhile. Throws invalid-input and conflict. */
export async function changeChannel(said: ChannelPatch, standing: StoredChannel): Promise<boolean> {
  const config = configMeant(said, standing)
  const changed = await updateChannel(standing.id, settingsMeant(said, standing), config)
  if (changed && 'fault' in changed) return refuseFault(changed)
  return changed !== null
}

/** The store names the field first: `name: another channel is called "x"`. */
function refuseFault({ fault, conflict }: { fault: string; conflict: boolean }): never {
  const [, at = '', message = fault] = /^([a-z_]+): (.+)$/s.exec(fault) ?? []
  if (conflict) throw new Problem('conflict', fault, { members: { errors: [{ at, message }] } })
  return refuseInput([{ at, message }])
}
