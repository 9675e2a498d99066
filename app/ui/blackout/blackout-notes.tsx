import { activeAt, endOf, nextOccurrences } from '@/lib/domain/blackout'
import { listBlackouts } from '@/lib/store/blackouts'
import { Icon } from '../icons'
import { EndNow, When } from './blackout-list'
import styles from './blackout-notes.module.css'

const soonMs = 86_400_000

/** The blackouts that a device or job stands under now or within a day, a line each; nothing when there are none. */
export async function BlackoutNotes({ targetId, mayWrite }: { targetId: number; mayWrite: boolean }) {
  const now = Date.now()
  const { items } = await listBlackouts({ live: true, targetId, limit: 50 })
  const shown = items.flatMap((blackout) => {
    const [next] = nextOccurrences(blackout, now, 1)
    return next && next.startAt < now + soonMs ? [{ blackout, next, isActive: activeAt(blackout, now) }] : []
  })
  if (shown.length === 0) return null
  shown.sort((a, b) => Number(b.isActive) - Number(a.isActive)) // what holds now is read first
  return (
    <ul className={styles.notes} aria-label="Blackouts">
      {shown.map(({ blackout, next, isActive }) => (
        <li key={blackout.id} className="note" data-tone={isActive ? 'blue' : undefined}>
          <Icon name="blackout" size={16} />
          <p className={`dotted ${styles.words}`}>
            <strong>{isActive ? 'Nobody is told of it' : 'Soon nobody is told of it'}</strong>
            <When
              blackout={blackout}
              isActive={isActive}
              end={isActive ? endOf(blackout, now) : null}
              next={next.startAt}
            />
            {blackout.reason && <span>{blackout.reason}</span>}
          </p>
          {mayWrite && isActive && !blackout.coversAll && <EndNow id={blackout.id} />}
        </li>
      ))}
    </ul>
  )
}
