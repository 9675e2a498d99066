import type { MeanPeriod } from '@/lib/domain/uptime-of-many'
import type { UptimeOverview } from '@/lib/store/uptime'
import type { UptimeAnswer } from '@/lib/wire/rest-uptime'

const iso = (at: number) => new Date(at).toISOString()

/** An overview as the interface says it: seconds, instants in ISO. */
export function uptimeAnswer(overview: UptimeOverview): UptimeAnswer {
  const { of, by, zone, from, to, whole, periods, classes, uncounted, worst, sites } = overview
  return {
    ...{ of, by, zone, uncounted },
    from: iso(from),
    to: iso(to),
    ...meanAnswer(whole),
    items: periods.map((period) => ({
      day: period.day,
      from: iso(period.from),
      to: iso(period.to),
      ...meanAnswer(period),
    })),
    classes: classes.map(({ from: least, count }) => ({ uptime_from: least, count })),
    worst: worst.map(({ kind, id, name, uptime, outages, dark }) => ({
      ...{ kind, id, name, uptime, outages },
      dark_seconds: dark / 1000,
    })),
    sites: sites.map(({ id, name, uptime, counted, dark }) => ({
      id,
      name,
      uptime,
      counted,
      dark_seconds: dark / 1000,
    })),
  }
}

const meanAnswer = ({ uptime, counted, touched, dark, planned, unknown }: MeanPeriod) => ({
  ...{ uptime, counted },
  dark: touched,
  dark_seconds: dark / 1000,
  planned_seconds: planned / 1000,
  unknown_seconds: unknown / 1000,
})
