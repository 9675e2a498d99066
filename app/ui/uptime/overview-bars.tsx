import type { Uptime } from '@/lib/store/client-uptime'
import type { UptimeOverview } from '@/lib/store/uptime'
import { UptimeBars } from './uptime-bars'

/** The mean of all by day, week or month. */
export function OverviewBars({ overview, what }: { overview: UptimeOverview; what: string }) {
  const { by, zone, whole, periods } = overview
  const uptime: Uptime = {
    ...{ by, zone },
    uptime: whole.uptime,
    sum: { lasted: whole.lasted, dark: whole.dark, planned: whole.planned, unknown: whole.unknown },
    periods: periods.map(({ from, to, day, uptime: mean, lasted, dark, planned, unknown, counted, touched }) => ({
      ...{ from, to, day, lasted, dark, planned, unknown },
      uptime: mean,
      spells: [],
      more: 0,
      of: { counted, touched },
    })),
  }
  return <UptimeBars uptime={uptime} what={what} />
}
