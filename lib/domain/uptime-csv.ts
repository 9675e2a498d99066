import type { Lengths } from './uptime'

type Row = Lengths & { day: string; from: number; to: number; uptime: number | null; counted: number; touched: number }

const header = 'first_day,from,to,uptime,counted,dark_ones,dark_seconds,planned_seconds,unknown_seconds\r\n'

/** The periods as CSV (RFC 4180): uptimes from 0 to 1, empty where no time counts; seconds are sums over all. */
export function uptimeCsv(periods: readonly Row[]): string {
  const lines = periods.map(({ day, from, to, uptime, counted, touched, dark, planned, unknown }) =>
    [
      day,
      new Date(from).toISOString(),
      new Date(to).toISOString(),
      uptime ?? '',
      counted,
      touched,
      ...[dark, planned, unknown].map((ms) => ms / 1000),
    ].join(','),
  )
  return header + lines.map((line) => `${line}\r\n`).join('')
}
