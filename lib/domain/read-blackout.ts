import type { BlackoutKind, BlackoutRule } from './blackout'
import { dayMs, isZone } from './wall-clock'
import { instantOfWall } from './wall-instant'

type Read = { blackout: BlackoutRule } | { fault: string }
type Said = { [name: string]: unknown }

const kinds: readonly BlackoutKind[] = ['range', 'weekly', 'periods', 'open']
const most = { reason: 200, ids: 20_000, tags: 32, tag: 60, periods: 1000 } as const
const earliest = Date.UTC(2000, 0, 1)
const latest = Date.UTC(2200, 0, 1)
// Neither PostgreSQL nor a log takes control characters or lone surrogates.
const unprintable = /[\p{Cc}\p{Cs}]/u

/** What cannot be used: its message names the field, what was found and what was expected. */
class Fault extends Error {}
const wrong = (field: string, found: unknown, expected: string) =>
  new Fault(`${field}: found ${shown(found)}, expected ${expected}`)

/** What was found, bounded; also what JSON cannot say: a BigInt, a circle, a toJSON that throws. */
function shown(value: unknown): string {
  if (value === undefined || value === '') return 'nothing'
  let text = typeof value as string
  try {
    text = JSON.stringify(value) ?? text
  } catch {}
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/**
 * Reads a blackout from outside: fields as in BlackoutRule, instants as epoch ms, as ISO 8601 with a zone, or as wall time
 * in the blackout's own zone (2026-03-29T02:00, or a day alone), minutes also as 22:30. What is not said: everything that
 * can be inferred, from `now` on (epoch ms). A fault says which field, what was found and what was expected.
 */
export function readBlackout(input: unknown, now: number): Read {
  try {
    return { blackout: read(input, now) }
  } catch (error) {
    if (error instanceof Fault) return { fault: error.message }
    throw error
  }
}

function read(input: unknown, now: number): BlackoutRule {
  if (typeof input !== 'object' || input === null) throw wrong('blackout', input, 'its fields')
  const said = input as Said
  const kind = kinds.find((known) => known === said.kind)
  if (!kind) throw wrong('kind', said.kind, `one of ${kinds.join(', ')}`)
  const zone = said.zone ?? 'UTC'
  if (typeof zone !== 'string' || !isZone(zone)) throw wrong('zone', zone, 'an IANA time zone such as Europe/Berlin')
  const fromAt = readInstant('fromAt', said.fromAt, zone, 'start') ?? now
  const blackout: BlackoutRule = {
    kind,
    reason: readReason(said.reason),
    coversAll: readFlag('coversAll', said.coversAll) ?? false,
    targetIds: readIds('targetIds', said.targetIds),
    siteIds: readIds('siteIds', said.siteIds),
    tags: readTags(said.tags),
    fromAt,
    untilAt: kind === 'range' || kind === 'weekly' ? readUntil(said.untilAt, kind, zone, fromAt) : null,
    weekdays: kind === 'weekly' ? readWeekdays(said.weekdays) : null,
    startMinute: kind === 'weekly' ? readMinute('startMinute', said.startMinute) : null,
    endMinute: kind === 'weekly' ? readMinute('endMinute', said.endMinute) % 1440 : null,
    zone,
    periodsLeft: kind === 'periods' ? readWhole('periodsLeft', said.periodsLeft, 1, most.periods) : null,
    planned: readFlag('planned', said.planned) ?? true,
    endedAt: null,
  }
  return checkedCover(blackout)
}

function checkedCover(blackout: BlackoutRule): BlackoutRule {
  const { coversAll, targetIds, siteIds, tags, kind } = blackout
  const count = targetIds.length + siteIds.length + tags.length
  if (kind === 'periods' && (coversAll || count !== 1 || targetIds.length !== 1))
    throw new Fault(`targetIds: found ${coversAll ? 'everything' : `${count} things`}, expected one job to count for`)
  if (!coversAll && count === 0)
    throw new Fault('targetIds: found nothing covered, expected targets, sites, tags, or everything')
  return coversAll ? { ...blackout, targetIds: [], siteIds: [], tags: [] } : blackout
}

function readReason(value: unknown): string {
  const text = value === undefined || value === null ? '' : value
  const expected = `at most ${most.reason} characters without control characters`
  if (typeof text !== 'string' || text.length > most.reason || unprintable.test(text))
    throw wrong('reason', value, expected)
  return text.trim()
}

function readFlag(field: string, value: unknown): boolean | undefined {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined
  throw wrong(field, value, 'true or false')
}

function readIds(field: string, value: unknown): number[] {
  const ids = value ?? []
  const isId = (id: unknown) => typeof id === 'number' && Number.isInteger(id) && id > 0 && id <= 2_147_483_647
  if (!Array.isArray(ids) || ids.length > most.ids || !ids.every(isId))
    throw wrong(field, value, `a list of at most ${most.ids} ids`)
  return [...new Set<number>(ids)]
}

function readTags(value: unknown): string[] {
  const tags = value ?? []
  const isTag = (tag: unknown) =>
    typeof tag === 'string' && tag.trim() !== '' && tag.length <= most.tag && !unprintable.test(tag)
  if (!Array.isArray(tags) || tags.length > most.tags || !tags.every(isTag))
    throw wrong('tags', value, `a list of at most ${most.tags} tags`)
  return [...new Set<string>(tags.map((tag: string) => tag.trim()))]
}

function readWeekdays(value: unknown): number[] {
  const isDay = (day: unknown) => typeof day === 'number' && Number.isInteger(day) && day >= 1 && day <= 7
  if (!Array.isArray(value) || value.length === 0 || value.length > 7 || !value.every(isDay))
    throw wrong('weekdays', value, 'a list of days from 1 (Monday) to 7 (Sunday)')
  return [...new Set<number>(value)].sort((a, b) => a - b)
}

/** Minutes after midnight, up to 1440. */
function readMinute(field: string, value: unknown): number {
  const [, hour, minute] =
    (typeof value === 'string' && /^([01]?\d|2[0-4]):([0-5]\d)(?::00)?$/.exec(value.trim())) || []
  const minutes = hour === undefined ? value : Number(hour) * 60 + Number(minute)
  if (typeof minutes !== 'number' || !Number.isInteger(minutes) || minutes < 0 || minutes > 1440)
    throw wrong(field, value, 'a time of day such as 22:30')
  return minutes
}

function readWhole(field: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw wrong(field, value, `a whole number from ${min} to ${max}`)
}

function readUntil(value: unknown, kind: 'range' | 'weekly', zone: string, fromAt: number): number | null {
  const untilAt = readInstant('untilAt', value, zone, 'end')
  if (untilAt === null && kind === 'range') throw wrong('untilAt', value, 'the instant at which it ends')
  if (untilAt !== null && untilAt <= fromAt) throw wrong('untilAt', value, 'an instant after its beginning')
  return untilAt
}

const wallTime = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?$/

/** A day alone is its first instant, or as an end its last. */
function readInstant(field: string, value: unknown, zone: string, as: 'start' | 'end'): number | null {
  if (value === undefined || value === null || value === '') return null
  const expected = 'an instant such as 2026-03-29T02:00:00Z, or wall time such as 2026-03-29T02:00'
  const at = typeof value === 'number' ? value : typeof value === 'string' ? parseInstant(value.trim(), zone, as) : NaN
  if (!(at >= earliest && at < latest)) throw wrong(field, value, `${expected}, from 2000 to 2199`)
  return Math.floor(at)
}

function parseInstant(text: string, zone: string, as: 'start' | 'end'): number {
  if (/[T ].*(Z|[+-]\d\d:?\d\d)$/i.test(text)) return /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN
  const parts = wallTime.exec(text)
  if (!parts) return NaN
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0))
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  const isReal = new Date(wall).getUTCDate() === day && month >= 1 && hour <= 23 && minute <= 59 && second <= 59
  if (!isReal || wall < earliest || wall >= latest) return NaN
  if (parts[4] === undefined && as === 'end') return instantOfWall(zone, wall + dayMs, 'earlier') - 1
  return instantOfWall(zone, wall, as === 'start' ? 'earlier' : 'later')
}
