import Link from 'next/link'
import { lengthWords, uptimeWords } from '@/lib/domain/uptime-words'
import { clientUptime } from '@/lib/store/client-uptime'
import { UptimeBars } from '../uptime/uptime-bars'
import styles from './client-page.module.css'

const dayMs = 86_400_000
/** How far back each chart goes, in days, and what a bar of it is. */
export const spans = {
  day: { days: 90, word: 'Days', whole: '90 days' },
  week: { days: 52 * 7, word: 'Weeks', whole: '52 weeks' },
  month: { days: 730, word: 'Months', whole: '2 years' },
} as const
export type Span = keyof typeof spans

export const readSpan = (value: string | string[] | undefined): Span =>
  typeof value === 'string' && value in spans ? (value as Span) : 'day'

/** The range that a chart of `by` covers, up to the end of what is going on. */
export function rangeOf(by: Span, now: number, zone: string) {
  return { by, from: new Date(now - (spans[by].days - 1) * dayMs), to: new Date(now), zone }
}

export function SpanLinks({ id, span }: { id: number; span: Span }) {
  return (
    <nav className={styles.spans} aria-label="A bar is">
      {(Object.keys(spans) as Span[]).map((one) => (
        <Link
          key={one}
          href={`/clients/${id}?by=${one}`}
          scroll={false}
          aria-current={one === span ? 'true' : undefined}
        >
          {spans[one].word}
        </Link>
      ))}
    </nav>
  )
}

/** How much of the time it was served, a bar for each day, week or month of the viewer's zone. */
export async function ClientUptime({ id, name, span, zone }: { id: number; name: string; span: Span; zone: string }) {
  const uptime = await clientUptime(id, rangeOf(span, Date.now(), zone))
  if (uptime.periods.every(({ lasted }) => lasted === 0))
    return <p className="muted">Nothing was measured yet: it has no device that is watched.</p>
  return (
    <>
      <p className={styles.uptime}>
        <span className={styles.figure}>{uptimeWords(uptime.uptime)}</span>
        <span className="muted">
          in {spans[span].whole}, {lengthWords(uptime.sum)}
        </span>
      </p>
      <UptimeBars uptime={uptime} what={name} />
    </>
  )
}
