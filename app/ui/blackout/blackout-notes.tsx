import { activeAt } from '@/lib/domain/blackout'
import { listBlackouts } from '@/lib/store/blackouts'
import { BlackoutList } from './blackout-list'
import styles from './blackout-notes.module.css'

/** The blackouts that a device or job stands under now or soon; nothing when there are none. */
export async function BlackoutNotes({ targetId, mayWrite }: { targetId: number; mayWrite: boolean }) {
  const now = Date.now()
  const { items: blackouts } = await listBlackouts({ live: true, targetId, limit: 10 })
  if (blackouts.length === 0) return null
  const isQuiet = blackouts.some((blackout) => activeAt(blackout, now))
  return (
    <section className={styles.notes} aria-label="Blackouts">
      {isQuiet && <p className="strong">Nobody is told of it now.</p>}
      <BlackoutList blackouts={blackouts} now={now} mayWrite={mayWrite} />
    </section>
  )
}
