import type { Status } from './status'

/** A device of a client as it is shown; since: epoch ms. */
export type Way = { status: Status; since: number }
/** How a client is served now. status null: it has no device. since: epoch ms. dark: how many of its devices are. */
export type ClientNow = { status: Status | null; since: number | null; devices: number; dark: number }

const isDark = ({ status }: Way) => status === 'down' || status === 'unreachable'
const worstAnswering = ['degraded', 'suspect', 'late', 'up'] as const // of what answers
const silent = ['unknown', 'new'] as const

/**
 * A client is without service while every device of it that is watched is dark, since the last of them went dark; degraded
 * while some are. Otherwise it is as the worst of those that answer; where none can be told, unknown.
 */
export function clientNow(ways: readonly Way[]): ClientNow {
  const watched = ways.filter(({ status }) => status !== 'paused')
  const dark = watched.filter(isDark)
  const counts = { devices: ways.length, dark: dark.length }
  if (watched.length === 0) return { status: ways.length > 0 ? 'paused' : null, since: latest(ways), ...counts }
  if (dark.length === watched.length) {
    const status = dark.some((way) => way.status === 'down') ? 'down' : 'unreachable'
    return { status, since: latest(dark), ...counts }
  }
  if (dark.length > 0) return { status: 'degraded', since: earliest(dark), ...counts }
  const status = [...worstAnswering, ...silent].find((one) => watched.some((way) => way.status === one)) ?? 'unknown'
  return { status, since: earliest(watched.filter((way) => way.status === status)), ...counts }
}

const latest = (ways: readonly Way[]) => (ways.length > 0 ? Math.max(...ways.map(({ since }) => since)) : null)
const earliest = (ways: readonly Way[]) => (ways.length > 0 ? Math.min(...ways.map(({ since }) => since)) : null)

/** What a list of clients can be narrowed to: `dark` is without service, whatever the reason; `none` without a device. */
export const clientFilters = ['dark', 'degraded', 'suspect', 'late', 'unknown', 'new', 'paused', 'up', 'none'] as const
export type ClientFilter = (typeof clientFilters)[number]

export const isWithoutService = (status: Status | null): boolean => status === 'down' || status === 'unreachable'

/** The one filter that a client in this state falls under. */
export function filterOf(status: Status | null): ClientFilter {
  if (status === null) return 'none'
  return status === 'down' || status === 'unreachable' ? 'dark' : status
}
