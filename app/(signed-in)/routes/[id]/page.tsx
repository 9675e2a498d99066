import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { RouteForm } from '@/app/ui/route/route-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listChannelChoices } from '@/lib/store/channel-choices'
import { listRouteNames } from '@/lib/store/route-names'
import { findRoute } from '@/lib/store/routes'

export const metadata: Metadata = { title: 'Edit a route' }

export default async function EditRoutePage({ params }: { params: Promise<{ id: string }> }) {
  const [{ role }, { id }] = await Promise.all([requireUser(), params])
  const [route, names, channels] = await Promise.all([
    /^\d{1,9}$/.test(id) ? findRoute(Number(id)) : null,
    listRouteNames(),
    listChannelChoices(),
  ])
  if (!route) notFound()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Edit a route</h1>
      </header>
      {allows(role, 'write') ? (
        <RouteForm route={route} names={names} channels={channels} isFirst={false} />
      ) : (
        <p className="note">Your role may read only: an operator has to change routes.</p>
      )}
    </div>
  )
}
