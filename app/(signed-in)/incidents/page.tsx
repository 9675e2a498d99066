import type { Metadata } from 'next'
import Link from 'next/link'
import { Choices } from '@/app/ui/choices'
import { Icon } from '@/app/ui/icons'
import { IncidentList } from '@/app/ui/incident/incident-list'
import { requireUser } from '@/lib/session'
import { listIncidents } from '@/lib/store/incidents'

export const metadata: Metadata = { title: 'Incidents' }

export default async function IncidentsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [, params] = await Promise.all([requireUser(), searchParams])
  const open = params.open === '1' ? true : params.open === '0' ? false : undefined
  const cursor = typeof params.cursor === 'string' ? params.cursor : undefined
  const { items, next } = await listIncidents({ open, limit: 50, cursor })
  const kept = { open: typeof params.open === 'string' ? params.open : '' }
  return (
    <div className="page">
      <header className="page-head">
        <h1>Incidents</h1>
        <Link href="/why" className="button" data-kind="quiet">
          Why was I told, or not?
        </Link>
        <Choices
          path="/incidents"
          kept={kept}
          choices={[
            {
              name: 'open',
              label: 'Which',
              options: [
                ['', 'Open and resolved'],
                ['1', 'Open'],
                ['0', 'Resolved'],
              ],
            },
          ]}
        />
      </header>
      {items.length > 0 ? (
        <IncidentList incidents={items} />
      ) : (
        <div className="empty">
          <h2>{open ? 'No incident is open.' : 'No incident yet.'}</h2>
          <p>An incident is one cause and everything that is dark because of it: what people are told about, once.</p>
        </div>
      )}
      {next && (
        <p>
          <Link href={`/incidents?${new URLSearchParams({ ...kept, cursor: next })}`} className="button">
            Older
            <Icon name="right" size={16} />
          </Link>
        </p>
      )}
    </div>
  )
}
