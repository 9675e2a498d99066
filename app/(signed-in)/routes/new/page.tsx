import type { Metadata } from 'next'
import { RouteForm } from '@/app/ui/route/route-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listChannelChoices } from '@/lib/store/channel-choices'
import { listRouteNames } from '@/lib/store/route-names'
import { listRoutes } from '@/lib/store/routes'

export const metadata: Metadata = { title: 'Add a route' }

export default async function NewRoutePage() {
  const [{ role }, names, channels, routes] = await Promise.all([
    requireUser(),
    listRouteNames(),
    listChannelChoices(),
    listRoutes(),
  ])
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Add a route</h1>
      </header>
      {allows(role, 'write') ? (
        <RouteForm names={names} channels={channels} isFirst={routes.length === 0} />
      ) : (
        <p className="note">Your role may read only: an operator has to add routes.</p>
      )}
    </div>
  )
}
