import type { Metadata } from 'next'
import Link from 'next/link'
import { SuggestionList } from '@/app/ui/topology/suggestion-list'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listEverySuggestion } from '@/lib/store/suggestion-list'

export const metadata: Metadata = { title: 'What hangs on what' }

export default async function TopologyPage() {
  const [{ role }, open, decided] = await Promise.all([
    requireUser(),
    listEverySuggestion({ open: true, limit: 200 }),
    listEverySuggestion({ open: false, limit: 20 }),
  ])
  const mayWrite = allows(role, 'write')
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>What hangs on what</h1>
        <Link href="/map" className="button">
          Open the map
        </Link>
      </header>
      <p className="muted">
        Walks learn what each device hangs on. What somebody made by hand or imported wins; where a walk is sure of
        something else, it is said here.
      </p>
      {open.length > 0 ? (
        <SuggestionList suggestions={open} mayWrite={mayWrite} />
      ) : (
        <div className="empty">
          <h2>Nothing to decide.</h2>
          <p>What is learnt agrees with what was made by hand.</p>
        </div>
      )}
      {decided.length > 0 && (
        <section className="section">
          <h2>Decided lately</h2>
          <SuggestionList suggestions={decided} mayWrite={false} />
        </section>
      )}
    </div>
  )
}
