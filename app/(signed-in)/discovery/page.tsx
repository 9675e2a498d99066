import type { Metadata } from 'next'
import Link from 'next/link'
import styles from '@/app/ui/discovery/discovery.module.css'
import { discoveryTitle, stateTones, stateWords } from '@/app/ui/discovery/discovery-words'
import { Icon } from '@/app/ui/icons'
import { Ago } from '@/app/ui/time'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { type Discovery, listDiscoveries } from '@/lib/store/discoveries'

export const metadata: Metadata = { title: 'Discoveries' }

export default async function DiscoveriesPage() {
  const [{ role }, discoveries] = await Promise.all([requireUser(), listDiscoveries()])
  return (
    <div className="page">
      <header className="page-head">
        <h1>Discoveries</h1>
        {allows(role, 'write') && (
          <Link href="/discovery/new" className="button" data-kind="primary">
            <Icon name="search" size={16} />
            Find devices
          </Link>
        )}
      </header>
      {discoveries.length === 0 ? (
        <div className="empty">
          <h2>Nothing was searched yet.</h2>
          <p>
            A probe looks through a range of addresses, or goes from neighbour to neighbour. What it finds waits here
            for you: nothing is watched before you say so.
          </p>
        </div>
      ) : (
        <table className={`table ${styles.searches}`}>
          <thead>
            <tr>
              <th>Where</th>
              <th>State</th>
              <th data-align="right">Found</th>
              <th data-align="right">To decide</th>
              <th className={styles.wide}>By</th>
              <th className={styles.wide}>For</th>
              <th data-align="right" className={styles.wide}>
                Begun
              </th>
            </tr>
          </thead>
          <tbody>
            {discoveries.map((one) => (
              <DiscoveryRow key={one.id} one={one} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function DiscoveryRow({ one }: { one: Discovery }) {
  return (
    <tr>
      <td>
        <Link href={`/discovery/${one.id}`} className="row-link num">
          {discoveryTitle(one)}
        </Link>
        <span className={styles.under}>
          {one.probe}, <Ago at={one.createdAt} />
        </span>
      </td>
      <td>
        <span className={styles.state} data-tone={stateTones[one.state]}>
          {stateWords[one.state]}
        </span>
      </td>
      <td data-align="right">{one.found}</td>
      <td data-align="right" className={one.waiting > 0 ? 'strong' : 'muted'}>
        {one.waiting}
      </td>
      <td className={styles.wide}>{one.probe}</td>
      <td className={styles.wide}>{one.createdBy}</td>
      <td data-align="right" className={`${styles.wide} muted`}>
        <Ago at={one.createdAt} />
      </td>
    </tr>
  )
}
