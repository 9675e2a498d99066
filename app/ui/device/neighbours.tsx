import Link from 'next/link'
import { listBelow, type Neighbour } from '@/lib/store/neighbours'
import { LiveState } from '../live'
import styles from './device-page.module.css'

const mostBelow = 20

/** What hangs on the device; what it hangs on is told with how that is known. */
export async function Neighbours({ id }: { id: number }) {
  const below = await listBelow(id, mostBelow)
  if (below.total === 0) return null
  return (
    <>
      <NeighbourList title={`Below it (${below.total})`} neighbours={below.items} />
      {below.total > below.items.length && <p className="muted">and {below.total - below.items.length} more</p>}
    </>
  )
}

function NeighbourList({ title, neighbours }: { title: string; neighbours: Neighbour[] }) {
  return (
    <section className="section">
      <h2>{title}</h2>
      <ul className={styles.neighbours}>
        {neighbours.map((one) => (
          <li key={one.id}>
            <LiveState id={one.id} status={one.status} since={one.since.toISOString()} word={false} />
            <Link href={`/devices/${one.id}`} prefetch={false} className="clip">
              {one.name}
            </Link>
            <span className="muted address">{one.address}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
