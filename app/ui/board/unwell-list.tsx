import Link from 'next/link'
import type { Unwell } from '@/lib/store/board'
import { LiveState } from '../live'
import { Strip } from '../strip'
import { Since } from '../time'
import styles from './board.module.css'

/** Devices that answer, but lose pings or are slow. */
export function UnwellList({ unwell }: { unwell: Unwell[] }) {
  return (
    <section className="section">
      <h2>Answering, but not well</h2>
      <ul className={styles.unwell}>
        {unwell.map((device) => (
          <li key={device.id}>
            <LiveState id={device.id} status={device.status} since={device.since.toISOString()} />
            <Link href={`/devices/${device.id}`} className="strong clip">
              {device.name}
            </Link>
            <span className={`${styles.unwellSite} muted clip`}>{device.siteName ?? device.address}</span>
            <span className={styles.unwellStrip}>
              <Strip id={device.id} />
            </span>
            <Since at={device.since} className="muted" />
          </li>
        ))}
      </ul>
    </section>
  )
}
