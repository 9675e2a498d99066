import type { Schedule } from './schedule'

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
  if (text.trim() === '') return `found ${text === '' ? 'nothing' : 'only spaces'}, expected text`
  if (length > max) return `found ${length} characters, expected at most ${max}`
  if (unprintable.test(text)) {
    return `found ${JSON.stringify(text.slice(0, 60))}, expected text without control characters`
  }
  return null
}
