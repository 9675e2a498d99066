import Link from 'next/link'
import { listDrawn } from '@/lib/store/job-pages'
import type { Job } from '@/lib/store/jobs'
import device from '../device/device-page.module.css'
import { BeatLine } from './beat-line'

const hours = { last: null, '24h': 24, '7d': 168, '30d': 720 } as const
type Range = keyof typeof hours
const words: Record<Range, string> = { last: 'Last', '24h': '24 h', '7d': '7 d', '30d': '30 d' }
const lastCount = 84
const mostDrawn = 5000 // of which those that stand too close are drawn as one

export const readLineRange = (value: string | string[] | undefined): Range =>
  typeof value === 'string' && Object.hasOwn(hours, value) ? (value as Range) : 'last'

export function LineRanges({ id, range }: { id: number; range: Range }) {
  return (
    <nav className={device.ranges} aria-label="Range">
      {(Object.keys(hours) as Range[]).map((one) => (
        <Link
          key={one}
          href={`/jobs/${id}?range=${one}`}
          scroll={false}
          aria-current={one === range ? 'true' : undefined}
        >
          {words[one]}
        </Link>
      ))}
    </nav>
  )
}

/** Reads the beats and draws them; streamed after the page, so that the state never waits for it. */
export async function JobLine({ job, range, now }: { job: Job; range: Range; now: number }) {
  const span = hours[range]
  const since = span === null ? undefined : now - span * 3_600_000
  const drawn = await listDrawn(
    job.id,
    since === undefined ? { count: lastCount } : { from: new Date(since), count: mostDrawn },
  )
  const beats = drawn.map(({ at, ...beat }) => ({ ...beat, at: at.getTime() }))
  const from = since ?? beats[0]?.at ?? now - 3_600_000
  return (
    <BeatLine
      id={job.id}
      beats={beats}
      from={from}
      until={drawn.at(-1)?.at.toISOString() ?? null}
      fits={since === undefined}
    />
  )
}
