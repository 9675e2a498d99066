import { guessKind, readSchedule, type Schedule } from './schedule'

/** What may be said of a job's schedule, each part on its own; undefined: not said, null: none. Interval: seconds. */
export type ScheduleSaid = {
  interval?: number | null | undefined
  expression?: string | null | undefined
  kind?: Schedule['kind'] | undefined // else guessed from the expression
  zone?: string | undefined
}
type Read = { schedule?: Schedule | undefined; zone?: string | undefined } | { fault: string }

/**
 * The schedule that is meant, over the standing one where there is one: `schedule` and `zone` are undefined where nothing
 * is said of them. A fault names the part by its name in the REST interface.
 */
export function scheduleMeant(said: ScheduleSaid, standing: { schedule: Schedule; zone: string } | null): Read {
  const { interval = null, expression = null, kind, zone } = said
  if (interval !== null && expression !== null) {
    return { fault: `expected_interval: found ${interval} beside a schedule, expected one of the two` }
  }
  if (interval !== null) {
    if (kind && kind !== 'period')
      return { fault: `schedule_kind: found ${kind} beside expected_interval, expected period` }
    const read = readSchedule({ kind: 'period', seconds: interval })
    return 'fault' in read ? { fault: read.fault.replace('period:', 'expected_interval:') } : { ...read, zone }
  }
  if (expression !== null) {
    if (kind === 'period')
      return { fault: 'schedule_kind: found period beside a schedule, expected cron or oncalendar' }
    return readExpression(expression, kind ?? guessKind(expression), zone ?? standing?.zone ?? 'UTC')
  }
  if (!standing) return { fault: 'expected_interval: found neither it nor a schedule, expected one of the two' }
  return overStanding(standing, kind, zone)
}

function overStanding(
  { schedule, zone }: { schedule: Schedule; zone: string },
  kind?: Schedule['kind'],
  said?: string,
): Read {
  if (schedule.kind === 'period') {
    if (kind && kind !== 'period') return { fault: `schedule: found none, expected one of the kind ${kind}` }
    return { zone: said }
  }
  if (kind === 'period') return { fault: 'expected_interval: found none, expected seconds' }
  if (!said && !kind) return {}
  return readExpression(schedule.expression, kind ?? schedule.kind, said ?? zone)
}

function readExpression(expression: string, kind: 'cron' | 'oncalendar', zone: string): Read {
  const read = readSchedule({ kind, expression, zone })
  if (!('fault' in read)) return { ...read, zone }
  return { fault: read.fault.startsWith('zone:') ? `time${read.fault}` : `schedule: ${read.fault}` }
}
