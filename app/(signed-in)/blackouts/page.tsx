import type { Metadata } from 'next'
import Link from 'next/link'
import { BlackoutList } from '@/app/ui/blackout/blackout-list'
import { Icon } from '@/app/ui/icons'
import { ZonePicker } from '@/app/ui/zone-picker'
import { activeAt, nextOccurrences } from '@/lib/domain/blackout'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listBlackouts, type StoredBlackout } from '@/lib/store/blackouts'

export const metadata: Metadata = { title: 'Blackouts' }

const pageSize = 200

export default async function BlackoutsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [{ role }, { cursor }] = await Promise.all([requireUser(), searchParams])
  const [live, past] = await Promise.all([
    listBlackouts({ live: true, limit: 1000 }),
    listBlackouts({ live: false, limit: pageSize, cursor: typeof cursor === 'string' ? cursor : undefined }),
  ])
  const now = Date.now()
  const mayWrite = allows(role, 'write')
  const active = live.items.filter((blackout) => activeAt(blackout, now))
  const coming = live.items
    .filter((blackout) => !activeAt(blackout, now) && startOf(blackout, now) !== null)
    .sort((a, b) => (startOf(a, now) ?? 0) - (startOf(b, now) ?? 0))
  const known = new Set([...active, ...coming])
  const over = [...live.items.filter((blackout) => !known.has(blackout)), ...past.items]
  const parts: [title: string, blackouts: StoredBlackout[]][] = [
    ['Now', active],
    ['Coming', coming],
    ['Over', over],
  ]
  return (
    <div className="page">
      <header className="page-head">
        <h1>Blackouts</h1>
        {known.size > 0 && <ZonePicker />}
        {mayWrite && (
          <Link href="/blackouts/new" className="button" data-kind="primary">
            <Icon name="plus" size={16} />
            Add a blackout
          </Link>
        )}
      </header>
      <p className="muted">
        In a blackout everything is measured and recorded as ever, and nobody is told. What is still dark at its end is
        told then.
      </p>
      {parts
        .filter(([, blackouts]) => blackouts.length > 0)
        .map(([title, blackouts]) => (
          <section key={title} className="section">
            <h2>
              {title} <span className="muted num">{blackouts.length}</span>
            </h2>
            <BlackoutList blackouts={blackouts} now={now} mayWrite={mayWrite} />
          </section>
        ))}
      {known.size === 0 && over.length === 0 && (
        <div className="empty">
          <h2>No blackout.</h2>
          <p>Add one for planned work, for every Sunday night, or for the next runs of a job that is being moved.</p>
        </div>
      )}
      {past.next && (
        <p>
          <Link href={`/blackouts?cursor=${encodeURIComponent(past.next)}`} className="button">
            Older
            <Icon name="right" size={16} />
          </Link>
        </p>
      )}
    </div>
  )
}

const startOf = (blackout: StoredBlackout, now: number) => nextOccurrences(blackout, now, 1)[0]?.startAt ?? null
