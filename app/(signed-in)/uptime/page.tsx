import type { Metadata } from 'next'
import Link from 'next/link'
import { Choices } from '@/app/ui/choices'
import { Icon } from '@/app/ui/icons'
import { HeatCalendars } from '@/app/ui/uptime/heat-calendar'
import styles from '@/app/ui/uptime/overview.module.css'
import { OverviewBars } from '@/app/ui/uptime/overview-bars'
import { Distribution, Figures, ofWords, Sites, Worst } from '@/app/ui/uptime/overview-parts'
import { viewersZone } from '@/app/ui/uptime/viewers-zone'
import { type PeriodKind, periodKinds } from '@/lib/domain/uptime-periods'
import { readRange } from '@/lib/domain/uptime-range'
import { requireUser } from '@/lib/session'
import { hasClients, readUptime, type UptimeKind, uptimeKinds } from '@/lib/store/uptime'

export const metadata: Metadata = { title: 'Uptime' }

const kindWords: Record<UptimeKind, string> = {
  clients: 'Clients',
  devices: 'Devices',
  jobs: 'Jobs',
  all: 'Devices and jobs',
}
const byWords: Record<PeriodKind, string> = { day: 'By day', week: 'By week', month: 'By month' }

/** How much of the time all clients, devices or jobs were up. */
export default async function UptimePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [session, params] = await Promise.all([requireUser(), searchParams])
  const said = (name: string) => (typeof params[name] === 'string' ? params[name] : '')
  const [zone, served] = await Promise.all([viewersZone(session), hasClients()])
  const usual = served ? 'clients' : 'devices'
  const of = uptimeKinds.find((one) => one === said('of')) ?? usual
  const by = periodKinds.find((one) => one === said('by')) ?? 'day'
  const now = Date.now()
  const asked = readRange({ from: said('from'), to: said('to') }, by, zone, now)
  const range = 'fault' in asked ? readRange({}, by, zone, now) : asked
  if ('fault' in range) throw new Error(range.fault)
  const overview = await readUptime(of, { by, zone, from: new Date(range.from), to: new Date(range.to) }, { now })
  const kept = { of: said('of'), by: said('by'), from: said('from'), to: said('to') }
  const csv = new URLSearchParams({
    ...{ of, by, zone, format: 'csv' },
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
  })
  const what = `all ${ofWords(of, 2)}`
  return (
    <div className="page">
      <header className="page-head">
        <h1>Uptime</h1>
        <a className="button" href={`/api/uptime?${csv}`} download>
          <Icon name="download" size={16} />
          CSV
        </a>
        <Link className="button" href="/uptime/report">
          Monthly report
        </Link>
      </header>
      <div className="row">
        <Choices
          path="/uptime"
          kept={{ ...kept, of: of === usual ? '' : of }}
          choices={[
            {
              name: 'of',
              label: 'Of what',
              options: uptimeKinds
                .filter((one) => one !== 'clients' || served)
                .map((one) => [one === usual ? '' : one, kindWords[one]]),
            },
            { name: 'by', label: 'By', options: periodKinds.map((one) => [one === 'day' ? '' : one, byWords[one]]) },
          ]}
        />
        <form className={styles.range} action="/uptime">
          {of !== usual && <input type="hidden" name="of" value={of} />}
          {by !== 'day' && <input type="hidden" name="by" value={by} />}
          <input className="input" type="date" name="from" aria-label="From" defaultValue={said('from')} />
          <span className="muted">to</span>
          <input className="input" type="date" name="to" aria-label="To" defaultValue={said('to')} />
          <button className="button" type="submit">
            Show
          </button>
        </form>
      </div>
      {'fault' in asked && (
        <p className="note" role="alert">
          {asked.fault}. Shown is the usual range.
        </p>
      )}
      {overview.whole.lasted === 0 ? (
        <div className="empty">
          <h2>Nothing was watched in this time.</h2>
          <p>Once {what} have been watched for a while, this page says how much of the time they were up.</p>
        </div>
      ) : (
        <>
          <Figures overview={overview} />
          <section className="section">
            <div className="section-head">
              <h2>{byWords[by]}</h2>
              <p className={styles.legend}>
                <span>up</span>
                <span data-what="dark">dark</span>
                <span data-what="planned">planned</span>
                <span data-what="unknown">unknown</span>
              </p>
            </div>
            <OverviewBars overview={overview} what={what} />
          </section>
          {by === 'day' && overview.periods.length <= 100 && (
            <section className="section">
              <h2>Calendar</h2>
              <HeatCalendars days={overview.periods} what={what} />
            </section>
          )}
          <div className={styles.columns}>
            <Worst overview={overview} />
            <Distribution overview={overview} />
          </div>
          <Sites sites={overview.sites} of={of} />
          <p className="hint">
            Days, weeks and months are those of {zone}. Uptime is 1 − dark ÷ (time − planned − unknown). A client is up
            while any of its devices is; the mean is over {what}.
          </p>
        </>
      )}
    </div>
  )
}
