import type { Metadata } from 'next'
import { PriorityForm } from '@/app/ui/route/priority-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listRouteNames } from '@/lib/store/route-names'
import { readPriorityText } from '@/lib/store/routes'

export const metadata: Metadata = { title: 'Priority' }

export default async function PriorityPage() {
  const [{ role }, saved, names] = await Promise.all([requireUser(), readPriorityText(), listRouteNames()])
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Priority</h1>
      </header>
      <p className="muted">
        Worked out for each incident when it is opened. Routes can ask for it, and what is critical breaks through the
        hours of a channel, unless the channel says no.
      </p>
      {allows(role, 'write') ? (
        <PriorityForm saved={saved} known={names} />
      ) : (
        <p className="note">Your role may read only: an operator has to change the priority.</p>
      )}
    </div>
  )
}
