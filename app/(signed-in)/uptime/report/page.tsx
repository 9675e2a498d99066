import type { Metadata } from 'next'
import Link from 'next/link'
import { HeatCalendars } from '@/app/ui/uptime/heat-calendar'
import styles from '@/app/ui/uptime/overview.module.css'
import { OverviewBars } from '@/app/ui/uptime/overview-bars'
import { Distribution, Figures, ofWords, Sites, Worst } from '@/app/ui/uptime/overview-parts'
import { PrintButton } from '@/app/ui/uptime/print-button'
import { viewersZone } from '@/app/ui/uptime/viewers-zone'
import { lastMonth, monthRange, monthsAround } from '@/lib/domain/report-month'
import { monthIn } from '@/lib/domain/uptime-periods'
import { periodWords } from '@/lib/domain/uptime-words'
import { requireUser } from '@/lib/session'
import { hasClients, readUptime, uptimeKinds } from '@/lib/store/uptime'

type Query = { searchParams: Promise<Record<string, string | string[]>> }

export const metadata: Metadata = { title: 'Monthly report' }

/** One month on paper: what is printed is the report, without the frame round it. */
export default async function ReportPage({ searchParams }: Query) {
  const [session, params] = await Promise.all([requireUser(), searchParams])
  const said = (name: string) => (typeof params[name] === 'string' ? params[name] : '')
  const [zone, served] = await Promise.all([viewersZone(session), hasClients()])
  const now = Date.now()
  const month = monthRange(said('month'), zone) ? said('month') : lastMonth(zone, now)
  const range = monthRange(month, zone)
  const around = monthsAround(month)
  if (!range || !around) throw new Error(`There is no month ${month}`)
  const of = uptimeKinds.find((one) => one === said('of')) ?? (served ? 'clients' : 'devices')
  const overview = await readUptime(
    of,
    { by: 'day', zone, from: new Date(range.from), to: new Date(range.to) },
    { now },
  )
  const what = `all ${ofWords(of, 2)}`
  const href = (one: string) => `/uptime/report?${new URLSearchParams({ month: one, of })}`
  const name = periodWords('month', `${month}-01`)
  return (
    <div className={`page ${styles.report}`}>
      <header className="page-head">
        <hgroup>
          <h1>Uptime in {name}</h1>
          <p className={styles.sender}>
            Of {what}, in days of {zone}
            {range.to > now ? ', up to now' : ''}
          </p>
        </hgroup>
        <nav className={`row ${styles.noPrint}`} aria-label="Months">
          <Link className="button" href={href(around.before)}>
            {periodWords('month', `${around.before}-01`, { short: true })}
          </Link>
          {around.after <= monthIn(zone, now) && (
            <Link className="button" href={href(around.after)}>
              {periodWords('month', `${around.after}-01`, { short: true })}
            </Link>
          )}
          <Link className="button" href="/uptime/mail">
            By e-mail
          </Link>
          <PrintButton />
        </nav>
      </header>
      {overview.whole.lasted === 0 ? (
        <p className="muted">Nothing was watched in {name}.</p>
      ) : (
        <>
          <Figures overview={overview} />
          <section className="section">
            <h2>By day</h2>
            <OverviewBars overview={overview} what={what} />
          </section>
          <div className={styles.columns}>
            <section className="section">
              <h2>Calendar</h2>
              <HeatCalendars days={overview.periods} what={what} />
            </section>
            <Distribution overview={overview} />
          </div>
          <Worst overview={overview} />
          <Sites sites={overview.sites} of={of} most={1000} />
          <p className="hint">
            Uptime is 1 − dark ÷ (time − planned − unknown). A client is up while any of its devices is; the mean is
            over {what}. Planned time is that of blackouts that say so and of pauses; unknown is what nobody could see.
          </p>
        </>
      )}
    </div>
  )
}
