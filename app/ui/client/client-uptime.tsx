import Link from 'next/link'
import { lengthWords, uptimeWords } from '@/lib/domain/uptime-words'
import { clientUptime } from '@/lib/store/client-uptime'
import { UptimeBars } from '../uptime/uptime-bars'
import styles from './client-page.module.css'
import { rangeOf, type Span, spans } from './client-range'

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
