import Link from 'next/link'
import type { SiteRow } from '@/lib/store/board'
import styles from './board.module.css'
import { SiteDots } from './site-dots'

const number = new Intl.NumberFormat('en')
const mostRows = 100

/** Every site as a row of dots, one a device, what is not up first. */
export async function SiteRows({ rows: promise }: { rows: Promise<SiteRow[]> }) {
  const rows = await promise
  return (
    <section className="section">
      <h2>Sites</h2>
      <ul className={styles.sites}>
        {rows.slice(0, mostRows).map((row) => (
          <li key={row.siteId ?? 0} className={styles.site}>
            <Link
              href={row.siteId === null ? '/devices?site=none' : `/devices?site=${row.siteId}`}
              className="strong clip"
            >
              {row.name}
            </Link>
            <SiteDots dots={row.dots} more={row.total - row.dots.length} />
            <span className={styles.siteCount}>
              {number.format(row.up)} of {number.format(row.total)} up
            </span>
          </li>
        ))}
      </ul>
      {rows.length > mostRows && <p className="muted">And {number.format(rows.length - mostRows)} more sites.</p>}
    </section>
  )
}
