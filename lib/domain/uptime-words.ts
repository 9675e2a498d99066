import { durationWords } from './duration'
import type { Lengths } from './uptime'
import type { PeriodKind } from './uptime-periods'

/** An uptime (0 to 1) as "99.95 %". Cut, never rounded up: only what was never dark is 100 %. */
export function uptimeWords(uptime: number | null): string {
  if (uptime === null) return 'no data'
  if (uptime >= 1) return '100 %'
  const decimals = uptime >= 0.9999 ? 4 : 2
  const scale = 10 ** decimals
  // 0.9995 * 100 is 99.94999...: what a float lacks is given back before it is cut.
  return `${(Math.floor(uptime * 100 * scale + 1e-7) / scale).toFixed(decimals)} %`
}

/** "Tue, 3 Nov 2026", "week of 2 Nov 2026", "November 2026", of its first day (2026-11-03). */
export function periodWords(by: PeriodKind, day: string, { short = false } = {}): string {
  const at = Date.parse(`${day}T00:00:00Z`)
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(at)
  if (by === 'month') return format({ month: short ? 'short' : 'long', year: 'numeric' })
  if (short) return format({ day: 'numeric', month: 'short' })
  const date = format({ day: 'numeric', month: 'short', year: 'numeric' })
  return by === 'week' ? `week of ${date}` : `${format({ weekday: 'short' })}, ${date}`
}

/** What is behind an uptime: "dark 4 min, planned 2 h, unknown 10 min". */
export function lengthWords({ lasted, dark, planned, unknown }: Lengths): string {
  if (lasted === 0) return 'nothing was watched'
  const parts = [dark > 0 ? `dark ${durationWords(dark)}` : 'never dark']
  if (planned > 0) parts.push(`planned ${durationWords(planned)}`)
  if (unknown > 0) parts.push(`unknown ${durationWords(unknown)}`)
  return parts.join(', ')
}
