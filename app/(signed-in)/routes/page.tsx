import type { Metadata } from 'next'
import Link from 'next/link'
import { Icon } from '@/app/ui/icons'
import { RouteList } from '@/app/ui/route/route-list'
import styles from '@/app/ui/route/route-list.module.css'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listChannelChoices } from '@/lib/store/channel-choices'
import { listRoutes, readPriorityText } from '@/lib/store/routes'

export const metadata: Metadata = { title: 'Routes' }

export default async function RoutesPage() {
  const [{ role }, routes, channels, priority] = await Promise.all([
    requireUser(),
    listRoutes(),
    listChannelChoices(),
    readPriorityText(),
  ])
  const mayWrite = allows(role, 'write')
  const routed = new Set(routes.flatMap((route) => route.channelIds))
  const unrouted = routes.length === 0 ? [] : channels.filter(({ id }) => !routed.has(id))
  return (
    <div className="page">
      <header className="page-head">
        <h1>Routes</h1>
        {mayWrite && (
          <Link href="/routes/new" className="button" data-kind="primary">
            <Icon name="plus" size={16} />
            Add a route
          </Link>
        )}
      </header>
      <p className="muted">
        A route leads incidents to channels. An incident takes every route that is for it, and each channel is told
        once.
      </p>
      {routes.length === 0 ? (
        <div className="empty">
          <h2>No route: everyone is told of everything.</h2>
          <p>Add one to tell the night shift of the core alone, or a contractor of one site.</p>
        </div>
      ) : (
        <RouteList routes={routes} names={new Map(channels.map(({ id, name }) => [id, name]))} mayWrite={mayWrite} />
      )}
      {unrouted.length > 0 && (
        <p className="note" data-tone="amber">
          No route leads to {unrouted.map(({ name }) => name).join(', ')}: told of nothing but what is escalated there.
        </p>
      )}
      <section className="section">
        <div className="section-head">
          <h2>Priority</h2>
          {mayWrite && (
            <Link href="/routes/priority" className="button" data-size="small" aria-label="Change the priority">
              Change
            </Link>
          )}
        </div>
        <p className="muted">
          How urgent an incident is. What is critical breaks through the hours of a channel, unless the channel says no.
        </p>
        <code className={styles.expression}>{priority}</code>
      </section>
    </div>
  )
}
