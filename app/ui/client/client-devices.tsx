import Link from 'next/link'
import { listDevices } from '@/lib/store/devices'
import styles from '../device/device-page.module.css'
import { LiveState } from '../live'

const mostShown = 50

/** What serves it, each with its state. */
export async function ClientDevices({ id }: { id: number }) {
  const { items, next } = await listDevices({ client: id, sort: 'status', limit: mostShown })
  return (
    <section className="section">
      <h2>Served by</h2>
      {items.length === 0 ? (
        <p className="muted">No device: nobody can tell how it is.</p>
      ) : (
        <ul className={styles.neighbours}>
          {items.map((device) => (
            <li key={device.id}>
              <LiveState id={device.id} status={device.status} since={device.statusSince.toISOString()} word={false} />
              <Link href={`/devices/${device.id}`} prefetch={false} className="clip">
                {device.name}
              </Link>
              <span className="muted">{device.upstream.map((up) => up.name).join(', ') || device.siteName}</span>
            </li>
          ))}
        </ul>
      )}
      {next && <p className="muted">and more</p>}
    </section>
  )
}
