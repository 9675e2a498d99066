import type { JSONValue } from 'postgres'
import { z } from 'zod'
import { isMediumKind, type MediumKind, media } from '@/lib/delivery/channels'
import { sentTo, whereTo } from '@/lib/domain/channel-fields'
import { hideConfig, keptSecret, withKept } from '@/lib/domain/channel-form'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import { anyTime } from '@/lib/domain/hours'
import { Problem } from '@/lib/problem'
import { openConfig, sealConfig } from '@/lib/store/channel-secrets'
import type { ChannelSettings, SealedConfig, StoredChannel } from '@/lib/store/channel-writes'
import type { ChannelPatch } from '@/lib/wire/rest-channels'

type Config = Record<string, unknown>

/** Refuses what was said, each fault with its place as on the wire. */
export function refuseInput(errors: { at: string; message: string }[]): never {
  const detail = errors.map(({ at, message }) => (at === '' ? message : `${at}: ${message}`)).join('; ')
  throw new Problem('invalid-input', detail.slice(0, 2000), { members: { errors } })
}

/** The JSON of a channel in the clear; null for web push, and where it was kept with another SECRET_KEY. */
export function openedConfig(channel: Pick<StoredChannel, 'sealed'>): Config | null {
  try {
    return openConfig({ config: channel.sealed }) as Config | null
  } catch {
    return null
  }
}

/** The JSON of a channel as it may be shown. */
export function shownConfig(channel: Pick<StoredChannel, 'kind' | 'sealed'>): Config | null {
  const config = openedConfig(channel)
  return config && isMediumKind(channel.kind) ? hideConfig(config, media[channel.kind].secrets) : null
}

/** What is said beside the JSON, over what stands; where nothing stands, over the defaults. */
export function settingsMeant(said: ChannelPatch, standing: StoredChannel | null): ChannelSettings {
  const minutes = (seconds: number | null | undefined, before: number | null | undefined) =>
    seconds === undefined ? (before ?? null) : seconds === null ? null : seconds / 60
  return {
    name: said.name ?? standing?.name ?? '',
    hours: said.hours ?? standing?.hours ?? anyTime,
    criticalBreaksThrough: said.critical_breaks_through ?? standing?.criticalBreaksThrough ?? true,
    coolOffMinutes: minutes(said.cool_off, standing?.coolOffMinutes),
    escalateTo: said.escalate_to === undefined ? (standing?.escalateTo ?? null) : said.escalate_to,
    escalateAfterMinutes: minutes(said.escalate_after, standing?.escalateAfterMinutes),
  }
}

/** The JSON of a new channel. Throws invalid-input for one that its kind does not take. */
export function newConfig(kind: ChannelKind, said: Config): SealedConfig {
  if (isMediumKind(kind)) return sealed(kind, readConfig(kind, said, null))
  return refuseInput([{ at: 'kind', message: 'found web_push, expected another: every operator has that one already' }])
}

/** The JSON that a request says, over the standing one whose secrets it keeps; null: it stays. Throws invalid-input. */
export function configMeant(said: ChannelPatch, standing: StoredChannel): SealedConfig | null {
  const { kind } = standing
  if (said.kind !== undefined && said.kind !== kind)
    refuseInput([{ at: 'kind', message: `found ${said.kind}, expected ${kind}: a kind stays` }])
  if (!isMediumKind(kind)) {
    if (said.config) refuseInput([{ at: 'config', message: 'expected null: push devices register themselves' }])
    if (said.name !== undefined && said.name !== standing.name)
      refuseInput([{ at: 'name', message: `found ${JSON.stringify(said.name)}, expected the name of the operator` }])
    return null
  }
  if (said.config === undefined) return null
  const before = openedConfig(standing)
  const config = readConfig(kind, said.config ?? {}, before)
  return before && sameJson(config, before) ? null : sealed(kind, config)
}

const sealed = (kind: MediumKind, config: Config): SealedConfig => ({
  sealed: sealConfig(config as JSONValue),
  detail: whereTo(kind, config),
})

/** The JSON as its kind takes it. Throws invalid-input. */
export function readConfig(kind: MediumKind, said: Config, before: Config | null): Config {
  const { secrets, config: schema } = media[kind]
  const { config, kept } = withKept(said, before, secrets)
  const read = schema.safeParse(config)
  if (!read.success)
    refuseInput(
      read.error.issues.slice(0, 100).map(({ path, message }) => ({ at: ['config', ...path].join('.'), message })),
    )
  const meant = read.data as Config
  return before ? withoutStrays(kind, meant, before, kept) : meant
}

/** What is wrong with the JSON as it is said, each fault with its place; none: nothing. */
export function configFaults(
  kind: ChannelKind,
  said: Config,
  before: Config | null,
): { at: string; message: string }[] {
  if (!isMediumKind(kind)) return []
  try {
    readConfig(kind, said, before)
    return []
  } catch (error) {
    const faults = error instanceof Problem ? Faults.safeParse(error.members.errors).data : undefined
    if (!faults) throw error
    return faults
  }
}
const Faults = z.array(z.object({ at: z.string(), message: z.string() }))

/** A password that nobody may read must not be sent to a place that somebody may choose. */
function withoutStrays(kind: MediumKind, meant: Config, before: Config, kept: readonly string[]): Config {
  const { secrets = [], places = [] } = sentTo[kind] ?? {}
  const moved = places.filter((place) => meant[place] !== before[place])
  const strays = secrets.filter((secret) => kept.includes(secret))
  if (moved.length === 0 || strays.length === 0) return meant
  const [place = ''] = moved
  if (meant[place] === undefined)
    return Object.fromEntries(Object.entries(meant).filter(([name]) => !strays.includes(name)))
  return refuseInput(
    strays.map((secret) => ({
      at: `config.${secret}`,
      message: `found ${keptSecret}, expected it anew: with another ${place} it would go elsewhere`,
    })),
  )
}

const sameJson = (a: Config, b: Config) => JSON.stringify(ordered(a)) === JSON.stringify(ordered(b))
const ordered = (config: Config) =>
  Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
