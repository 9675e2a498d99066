import type { Metadata } from 'next'
import Link from 'next/link'
import { preload } from 'react-dom'
import { NetworkMap } from '@/app/ui/map/network-map'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listMapStates, listMapSuggestions, readMap } from '@/lib/store/map'

export const metadata: Metadata = { title: 'Map' }

const mostSuggestions = 20

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function MapPage({ searchParams }: Props) {
  const session = await requireUser()
  preload('/map/graph', { as: 'fetch', crossOrigin: 'anonymous' }) // it is read while the scripts are
  const [{ at }, map, states, suggestions] = await Promise.all([
    searchParams,
    readMap(),
    listMapStates(),
    listMapSuggestions(mostSuggestions),
  ])
  if (map.devices === 0) return <NoDevices mayWrite={allows(session.role, 'write')} />
  return (
    <NetworkMap
      mark={map.mark}
      states={states}
      devices={map.devices}
      sites={map.sites}
      at={typeof at === 'string' && /^[ds]\d{1,10}$/.test(at) ? at : null}
      suggestions={suggestions}
    />
  )
}

function NoDevices({ mayWrite }: { mayWrite: boolean }) {
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Map</h1>
      </header>
      <div className="empty">
        <h2>There is nothing to draw yet.</h2>
        <p>The map shows devices by their sites, and what hangs on what.</p>
        {mayWrite && (
          <Link href="/devices/new" className="button">
            Add a device
          </Link>
        )}
      </div>
    </div>
  )
}
