import Link from 'next/link'
import { bucketFor, bucketMinutes } from '@/lib/domain/measure-buckets'
import { listMinutes } from '@/lib/store/frames'
import { RttChart } from '../chart/rtt-chart'
import styles from './device-page.module.css'

export const ranges = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 } as const
export type Range = keyof typeof ranges
const words: Record<Range, string> = { '1h': '1 h', '24h': '24 h', '7d': '7 d', '30d': '30 d' }

export const readRange = (value: string | string[] | undefined): Range =>
  typeof value === 'string' && value in ranges ? (value as Range) : '24h'

export function RangeLinks({ id, range }: { id: number; range: Range }) {
  return (
    <nav className={styles.ranges} aria-label="Range">
      {(Object.keys(ranges) as Range[]).map((one) => (
        <Link
          key={one}
          href={`/devices/${id}?range=${one}`}
          scroll={false}
          aria-current={one === range ? 'true' : undefined}
        >
          {words[one]}
        </Link>
      ))}
    </nav>
  )
}

/** Reads the history and draws it; streamed after the page, so that the state never waits for it. */
export async function DeviceChart({ id, name, range }: { id: number; name: string; range: Range }) {
  const to = Date.now()
  const from = to - ranges[range] * 3_600_000
  const minutes = await listMinutes(id, { from: new Date(from), to: new Date(to) })
  if (minutes.length === 0) {
    return (
      <div className={styles.noChart}>
        <p>Nothing was measured in these {words[range]}. Each minute shows up here once it is over.</p>
      </div>
    )
  }
  const bucketMs = bucketFor(to - from)
  const columns = bucketMinutes(
    minutes.map((minute) => ({ ...minute, at: new Date(minute.at).getTime() })),
    { from, to, bucketMs },
  )
  return <RttChart columns={columns} bucketMs={bucketMs} label={`Round trips and loss of ${name}, ${words[range]}`} />
}
