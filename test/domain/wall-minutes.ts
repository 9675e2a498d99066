/** Oracles for schedules: what a daemon does that looks at the wall clock minute by minute. */

/** One minute as it passed: the instant, and the wall clock's minutes since 1970 as if the wall were UTC. */
export type WallMinute = { at: number; wall: number }

/** Every minute of a zone from an instant on, read from Intl one by one. */
export function wallMinutes(zone: string, from: number, count: number): WallMinute[] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * 60_000
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = part
    return { at, wall: Date.UTC(year, month - 1, day, hour, minute) / 60_000 }
  })
}

/** A job as sets of values, apart from how any expression writes them. */
export type Job = {
  minutes: ReadonlySet<number>
  hours: ReadonlySet<number>
  monthDays: ReadonlySet<number>
  months: ReadonlySet<number>
  weekdays: ReadonlySet<number>
  either: boolean
}

export function matches(job: Job, wall: number): boolean {
  const date = new Date(wall * 60_000)
  const byDate = job.monthDays.has(date.getUTCDate())
  const byWeekday = job.weekdays.has(date.getUTCDay())
  return (
    job.minutes.has(date.getUTCMinutes()) &&
    job.hours.has(date.getUTCHours()) &&
    job.months.has(date.getUTCMonth() + 1) &&
    (job.either ? byDate || byWeekday : byDate && byWeekday)
  )
}

/** The runs of a job by Debian's cron: jobs with a star follow the clock, the others are looked after when it changes. */
export function cronRuns(job: Job, star: boolean, minutes: readonly WallMinute[]): number[] {
  const runs: number[] = []
  let judged = (minutes[0]?.wall ?? 0) - 1
  let before = judged
  for (const { at, wall } of minutes) {
    const jump = wall - before
    before = wall
    if (star || Math.abs(jump) >= 180) {
      if (matches(job, wall)) runs.push(at)
      judged = wall
      continue
    }
    let due = false
    for (; judged < wall; judged++) due ||= matches(job, judged + 1)
    if (due) runs.push(at)
  }
  return runs
}

/** The runs of a timer by systemd: wall times that exist, at their first pass. */
export function timerRuns(job: Job, minutes: readonly WallMinute[]): number[] {
  const runs: number[] = []
  let judged = (minutes[0]?.wall ?? 0) - 1
  for (const { at, wall } of minutes) {
    if (wall <= judged) continue
    judged = wall
    if (matches(job, wall)) runs.push(at)
  }
  return runs
}

/** Four days around clock changes of all kinds: an hour, half an hour, at midnight, a missing day, and none. */
export const windows: readonly (readonly [zone: string, from: string])[] = [
  ['Europe/Berlin', '2026-03-27T12:00Z'],
  ['Europe/Berlin', '2026-10-23T12:00Z'],
  ['Europe/Berlin', '2027-03-26T12:00Z'],
  ['Europe/Berlin', '2027-10-29T12:00Z'],
  ['America/New_York', '2026-03-06T12:00Z'],
  ['America/New_York', '2026-10-30T12:00Z'],
  ['America/New_York', '2027-03-12T12:00Z'],
  ['America/New_York', '2027-11-05T12:00Z'],
  ['Australia/Lord_Howe', '2026-04-03T00:00Z'],
  ['Australia/Lord_Howe', '2026-10-02T00:00Z'],
  ['Australia/Lord_Howe', '2027-04-02T00:00Z'],
  ['Australia/Lord_Howe', '2027-10-01T00:00Z'],
  ['America/Havana', '2026-03-06T12:00Z'],
  ['America/Havana', '2026-10-30T12:00Z'],
  ['Asia/Beirut', '2026-03-27T12:00Z'],
  ['Asia/Beirut', '2026-10-23T12:00Z'],
  ['America/Asuncion', '2023-09-29T12:00Z'],
  ['America/Asuncion', '2024-03-22T12:00Z'],
  ['Africa/Casablanca', '2026-02-13T12:00Z'],
  ['Africa/Casablanca', '2026-03-20T12:00Z'],
  ['Pacific/Apia', '2011-12-28T00:00Z'],
  ['UTC', '2026-03-28T00:00Z'],
]

const read = new Map<string, WallMinute[]>()

/** The minutes of a window, read once. */
export function minutesOf([zone, from]: readonly [zone: string, from: string]): WallMinute[] {
  const known = read.get(zone + from) ?? wallMinutes(zone, Date.parse(from), 4 * 1_440)
  read.set(zone + from, known)
  return known
}
