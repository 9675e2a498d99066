const formats = new Map<string, Intl.DateTimeFormat>()
const mostFormats = 200

/** A format made once and kept: making one costs more than using it a hundred times, and a list has hundreds of times. */
function formatOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known) return known
  if (formats.size >= mostFormats) formats.clear()
  const made = new Intl.DateTimeFormat(locale, options)
  formats.set(key, made)
  return made
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A span in words of at most two units: "12 s", "4 min 12 s", "3 h 5 min", "2 d 4 h". `ms` below zero reads as 0 s. */
export function spanWords(ms: number): string {
  const t = Math.max(0, ms)
  if (t < minute) return `${Math.floor(t / second)} s`
  if (t < hour) return two(Math.floor(t / minute), 'min', Math.floor((t % minute) / second), 's')
  if (t < day) return two(Math.floor(t / hour), 'h', Math.floor((t % hour) / minute), 'min')
  return two(Math.floor(t / day), 'd', Math.floor((t % day) / hour), 'h')
}

/** The same to one unit: "4 min", "3 h". */
export function roughWords(ms: number): string {
  const t = Math.max(0, ms)
  if (t < minute) return `${Math.floor(t / second)} s`
  if (t < hour) return `${Math.floor(t / minute)} min`
  if (t < 2 * day) return `${Math.floor(t / hour)} h`
  return `${Math.floor(t / day)} d`
}

const two = (a: number, unitA: string, b: number, unitB: string) =>
  b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`

/** "4 min ago", "just now", "in 3 h". */
export function agoWords(at: number, now: number): string {
  const past = now - at
  if (past < -5 * second) return `in ${roughWords(-past)}`
  return past < 5 * second ? 'just now' : `${roughWords(past)} ago`
}

/** Until a text of `spanWords` changes next, in ms. */
export function nextChange(spanMs: number): number {
  if (spanMs < hour) return second - (Math.max(0, spanMs) % second)
  return spanMs < day ? minute - (spanMs % minute) : hour - (spanMs % hour)
}

/** An instant in `zone`: the date is left out on the day of `now` in that zone. The zone is named when it is UTC. */
export function clockWords(at: number, zone: string, now: number, { seconds = true, ms = false } = {}): string {
  const time = formatOf('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    ...(ms ? { fractionalSecondDigits: 3 } : {}),
  }).format(at)
  const dayOf = (t: number) => formatOf('en-CA', { timeZone: zone, dateStyle: 'short' }).format(t)
  const date = dayOf(at) === dayOf(now) ? '' : `${dateWords(at, zone, now)}, `
  return `${date}${time}${zone === 'UTC' ? ' UTC' : ''}`
}

/** Until the next day begins in `zone`, in ms: an hour at most, as a day of a clock change is not 24 of them. */
export function untilMidnight(now: number, zone: string): number {
  const parts = formatOf('en-GB', {
    timeZone: zone,
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(now)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  const passed = of('hour') * hour + of('minute') * minute + of('second') * second + (now % second)
  return Math.max(second, Math.min(hour, day - passed))
}

/** "21 Nov", with the year when it is not this one. */
export function dateWords(at: number, zone: string, now: number): string {
  const year = (t: number) => formatOf('en-GB', { timeZone: zone, year: 'numeric' }).format(t)
  return formatOf('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    ...(year(at) === year(now) ? {} : { year: 'numeric' }),
  }).format(at)
}

/** The whole of it, for a title: "Sat, 21 Nov 2026, 05:33:57 (Europe/Berlin)". */
export function wholeWords(at: number, zone: string): string {
  const text = formatOf('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at)
  return `${text} (${zone})`
}
