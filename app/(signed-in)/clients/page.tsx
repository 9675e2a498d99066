import type { Metadata } from 'next'
import Link from 'next/link'
import { ClientFilters } from '@/app/ui/client/client-filters'
import { type ClientSearch, clientHref, readClientSearch } from '@/app/ui/client/client-search'
import { ClientTable } from '@/app/ui/client/client-table'
import { clientsWords } from '@/app/ui/client/client-words'
import { Icon } from '@/app/ui/icons'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { readClientStates } from '@/lib/store/client-states'
import { countClients, listClients } from '@/lib/store/clients'
import { findIncidentName } from '@/lib/store/incident-clients'
import { listSites } from '@/lib/store/sites'

export const metadata: Metadata = { title: 'Clients' }

const pageSize = 100

export default async function ClientsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [session, params] = await Promise.all([requireUser(), searchParams])
  const search = readClientSearch(params)
  const states = readClientStates()
  const [{ items, next }, { counts, total }, sites, incident] = await Promise.all([
    listClients(
      { ...search, archived: search.archived ?? (incidentOnly(search) ? undefined : false), limit: pageSize },
      states,
    ),
    countClients(states),
    listSites(),
    search.incident === undefined ? null : findIncidentName(search.incident),
  ])
  const mayWrite = allows(session.role, 'write')
  const without = counts.dark ?? 0
  const narrowed = search.search || search.state || search.site || search.incident || search.archived
  return (
    <div className="page">
      <header className="page-head">
        <hgroup className="row">
          <h1>{incident ? `Clients behind ${incident.name}` : 'Clients'}</h1>
          <p className="muted num">
            {incident ? `${items.length}${next ? ' and more' : ''}` : new Intl.NumberFormat('en').format(total)}
          </p>
        </hgroup>
        {incident ? (
          <>
            <Link href={`/incidents/${incident.id}`} className="link">
              Its incident
            </Link>
            <Link href="/clients" className="link">
              Every client
            </Link>
          </>
        ) : (
          mayWrite && (
            <>
              <Link href="/clients/import" className="button desk-only">
                <Icon name="upload" size={16} />
                Import
              </Link>
              <Link href="/clients/new" className="button" data-kind="primary">
                <Icon name="plus" size={16} />
                Add a client
              </Link>
            </>
          )
        )}
      </header>
      {incident?.over && (
        <p className="muted">It is over. These are those it concerned, as the network hangs together today.</p>
      )}
      {!incident && without > 0 && search.state !== 'dark' && (
        <p className="note" data-tone="down">
          <span>
            {clientsWords(without)} without service.{' '}
            <Link href="/clients?state=dark&sort=since" className="link">
              Who
            </Link>
          </span>
        </p>
      )}
      {total > 0 && (
        <ClientFilters search={search} counts={counts} sites={sites.map(({ id, name }) => ({ id, name }))} />
      )}
      {items.length > 0 ? (
        <ClientTable clients={items} search={search} />
      ) : (
        <NoClient narrowed={Boolean(narrowed)} mayWrite={mayWrite} incident={incident?.id} />
      )}
      {(next || search.cursor) && (
        <nav className="row" aria-label="Pages">
          {search.cursor && (
            <Link href={clientHref({ ...search, cursor: undefined })} className="button">
              To the start
            </Link>
          )}
          {next && (
            <Link href={clientHref({ ...search, cursor: next })} className="button">
              Next {pageSize}
              <Icon name="right" size={16} />
            </Link>
          )}
        </nav>
      )}
    </div>
  )
}

/** Of an incident whoever it concerns is listed, also who has left. */
const incidentOnly = ({ incident }: ClientSearch) => incident !== undefined

function NoClient({
  narrowed,
  mayWrite,
  incident,
}: {
  narrowed: boolean
  mayWrite: boolean
  incident: number | undefined
}) {
  if (narrowed) {
    return (
      <div className="empty">
        <h2>{incident === undefined ? 'Nobody matches.' : 'No client is behind it.'}</h2>
        <p>
          <Link href="/clients" className="link">
            Show every client
          </Link>
        </p>
      </div>
    )
  }
  return (
    <div className="empty">
      <h2>No client yet.</h2>
      <p>A client is whom devices serve. Name one on a device, add one here, or import a list.</p>
      {mayWrite && (
        <Link href="/clients/import" className="button">
          <Icon name="upload" size={16} />
          Import a list
        </Link>
      )}
    </div>
  )
}
