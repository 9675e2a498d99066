import Link from 'next/link'
import { durationWords } from '@/lib/domain/duration'
import { uptimeWords } from '@/lib/domain/uptime-words'
import type { SiteUptime, UptimeOverview, WorstOne } from '@/lib/store/uptime'
import styles from './overview.module.css'

const kindWords = { all: 'devices and jobs', clients: 'clients', devices: 'devices', jobs: 'jobs' } as const
export const ofWords = (of: UptimeOverview['of'], count: number) =>
  count === 1 ? { all: 'device or job', clients: 'client', devices: 'device', jobs: 'job' }[of] : kindWords[of]

const number = new Intl.NumberFormat('en-GB')

/** The mean, what it is the mean of, and the time that it leaves out. */
export function Figures({ overview }: { overview: UptimeOverview }) {
  const { of, whole, uncounted } = overview
  const share = (part: number) => (whole.lasted === 0 ? 0 : part / whole.lasted)
  return (
    <dl className={styles.figures}>
      <div data-main>
        <dt>
          Uptime, mean of {number.format(whole.counted)} {ofWords(of, whole.counted)}
        </dt>
        <dd className="num">{uptimeWords(whole.uptime)}</dd>
      </div>
      <div>
        <dt>Were dark at some time</dt>
        <dd className="num">{number.format(whole.touched)}</dd>
      </div>
      <div>
        <dt>Dark, together</dt>
        <dd className="num">{durationWords(whole.dark)}</dd>
      </div>
      <div>
        <dt>Planned, left out</dt>
        <dd className="num">{shareWords(share(whole.planned))}</dd>
      </div>
      <div>
        <dt>Unknown, left out</dt>
        <dd className="num">{shareWords(share(whole.unknown))}</dd>
      </div>
      {uncounted > 0 && (
        <div>
          <dt>Without time that counts</dt>
          <dd className="num">{number.format(uncounted)}</dd>
        </div>
      )}
    </dl>
  )
}

const shareWords = (share: number) =>
  share === 0 ? 'none' : share < 0.0001 ? 'under 0.01 %' : `${(share * 100).toFixed(2)} %`

const classWords = [
  '100 %',
  '99.99 % and more',
  '99.9 % and more',
  '99.5 % and more',
  '99 % and more',
  '95 % and more',
  'under 95 %',
]

/** How many had which uptime. */
export function Distribution({ overview: { classes, of } }: { overview: UptimeOverview }) {
  const most = Math.max(1, ...classes.map(({ count }) => count))
  return (
    <section className="section">
      <h2>Distribution</h2>
      <table className={styles.classes}>
        <caption className="visually-hidden">How many {kindWords[of]} had which uptime</caption>
        <tbody>
          {classes.map(({ from, count }, i) => (
            <tr key={from}>
              <th scope="row">{classWords[i]}</th>
              <td>
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={count === 0 ? 0 : Math.max(0.8, (count / most) * 100)} height="10" data-level={i} />
                </svg>
              </td>
              <td className="num" data-align="right">
                {number.format(count)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const hrefOf = ({ kind, id }: WorstOne) =>
  `/${kind === 'client' ? 'clients' : kind === 'job' ? 'jobs' : 'devices'}/${id}`

/** The ten that fared worst. */
export function Worst({ overview: { worst, of } }: { overview: UptimeOverview }) {
  return (
    <section className="section">
      <h2>{worst.length === 1 ? 'The worst one' : `The worst ${worst.length === 0 ? '' : worst.length}`}</h2>
      {worst.length === 0 ? (
        <p className="muted">None of the {kindWords[of]} was dark.</p>
      ) : (
        <div className="table-wrap">
          <table className={`table ${styles.list}`}>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col" data-align="right">
                  Uptime
                </th>
                <th scope="col" data-align="right">
                  Dark
                </th>
                <th scope="col" data-align="right">
                  Times
                </th>
              </tr>
            </thead>
            <tbody>
              {worst.map((one) => (
                <tr key={`${one.kind}${one.id}`}>
                  <td>
                    <Link href={hrefOf(one)} className="row-link">
                      <bdi>{one.name}</bdi>
                    </Link>
                  </td>
                  <td className="num" data-align="right">
                    {uptimeWords(one.uptime)}
                  </td>
                  <td className="num" data-align="right">
                    {durationWords(one.dark)}
                  </td>
                  <td className="num" data-align="right">
                    {number.format(one.outages)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

/** Each site, the worst first. */
export function Sites({
  sites,
  of,
  most = 20,
}: {
  sites: readonly SiteUptime[]
  of: UptimeOverview['of']
  most?: number
}) {
  if (sites.length === 0) return null
  const table = (some: readonly SiteUptime[]) => (
    <div className="table-wrap">
      <table className={`table ${styles.list}`}>
        <thead>
          <tr>
            <th scope="col">Site</th>
            <th scope="col" data-align="right">
              Uptime
            </th>
            <th scope="col" data-align="right">
              {kindWords[of].charAt(0).toUpperCase() + kindWords[of].slice(1)}
            </th>
            <th scope="col" data-align="right">
              Dark, together
            </th>
          </tr>
        </thead>
        <tbody>
          {some.map(({ id, name, uptime, counted, dark }) => (
            <tr key={id ?? 'none'}>
              <td>
                <bdi>{name}</bdi>
              </td>
              <td className="num" data-align="right">
                {uptimeWords(uptime)}
              </td>
              <td className="num" data-align="right">
                {number.format(counted)}
              </td>
              <td className="num" data-align="right">
                {dark === 0 ? '–' : durationWords(dark)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
  return (
    <section className="section">
      <h2>By site</h2>
      {table(sites.slice(0, most))}
      {sites.length > most && (
        <details className={styles.more}>
          <summary>{sites.length - most} more sites</summary>
          {table(sites.slice(most))}
        </details>
      )}
    </section>
  )
}
