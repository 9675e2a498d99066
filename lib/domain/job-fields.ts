import type { Schedule } from './schedule'
import { slugPattern } from './slug'

/** What may be said about a job. Durations are seconds. */
export type JobFields = {
  name: string
  slug: string
  tags: string[]
  site: string | number | null // name or id
  schedule: Schedule
  zone: string // of the schedule, or the one that a period is shown in
  graceSeconds: number
  permissibleMisses: number
  stickyPause: boolean
  channels: (string | number)[] | null // names or ids; null: everyone, as the routes say
  runsBehind: string | number | null // a device's name or id
  paused: boolean
}

export const jobLimits = {
  name: 200,
  tag: 60,
  tags: 32,
  site: 120,
  channels: 100,
  channel: 200,
  device: 120,
  expression: 4000,
  graceSeconds: 366 * 86_400,
  permissibleMisses: 100,
  alias: 200,
  aliases: 16,
} as const

/** A job of which no more is said than its name: once a day, an hour late at most. As Healthchecks has it. */
export const unsaidRule = { schedule: { kind: 'period', seconds: 86_400 }, zone: 'UTC', graceSeconds: 3600 } as const

// Neither PostgreSQL nor a log takes control characters or lone surrogates.
const unprintable = /[\p{Cc}\p{Cs}]/u

/** Why a text is none of at least one and at most `max` printable characters; null when it is. */
export function textFault(text: string, max: number): string | null {
  const length = [...text].length
  if (text.trim() === '') return 'found nothing, expected text'
  if (length > max) return `found ${length} characters, expected at most ${max}`
  if (unprintable.test(text)) {
    return `found ${JSON.stringify(text.slice(0, 60))}, expected text without control characters`
  }
  return null
}

/** Ids of the channels that are meant: by id, by name, or by the e-mail of whose phones they are. */
export function channelsMeant(
  channels: readonly (string | number)[],
  known: readonly { id: number; names: readonly string[] }[],
): { ids: number[] } | { fault: string } {
  const ids = new Set<number>()
  for (const channel of channels) {
    const found = known.filter(({ id, names }) =>
      typeof channel === 'number' ? id === channel : names.includes(channel),
    )
    const [only] = found
    const what = JSON.stringify(channel)
    if (!only) return { fault: `channels: found ${what}, expected names or ids of channels` }
    if (found.length > 1)
      return { fault: `channels: ${found.length} are called ${what}, expected an id or an e-mail address` }
    ids.add(only.id)
  }
  return { ids: [...ids] }
}

/** Why what is said of a job cannot be kept, by its name in the REST interface; null when it can. */
export function fieldsFault(said: { [F in keyof JobFields]?: JobFields[F] | undefined }): string | null {
  const { name, slug, tags, graceSeconds, permissibleMisses } = said
  const inName = name === undefined ? null : textFault(name, jobLimits.name)
  if (inName) return `name: ${inName}`
  if (slug !== undefined && !slugPattern.test(slug))
    return `slug: found ${JSON.stringify(slug.slice(0, 60))}, expected a to z, 0 to 9, _ and -`
  if (tags && tags.length > jobLimits.tags) return `tags: found ${tags.length}, expected at most ${jobLimits.tags}`
  for (const tag of tags ?? []) {
    const inTag = textFault(tag, jobLimits.tag)
    if (inTag) return `tags: ${inTag}`
  }
  if (outside(graceSeconds, jobLimits.graceSeconds))
    return `grace_period: found ${graceSeconds}, expected seconds from 0 to ${jobLimits.graceSeconds}`
  if (outside(permissibleMisses, jobLimits.permissibleMisses)) {
    return `permissible_misses: found ${permissibleMisses}, expected a whole number from 0 to ${jobLimits.permissibleMisses}`
  }
  return null
}

const outside = (value: number | undefined, max: number) =>
  value !== undefined && !(Number.isInteger(value) && value >= 0 && value <= max)
