import type { Metadata } from 'next'
import { BlackoutForm } from '@/app/ui/blackout/blackout-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findTarget } from '@/lib/store/job-pages'
import { listTags } from '@/lib/store/neighbours'
import { listSites } from '@/lib/store/sites'

export const metadata: Metadata = { title: 'Add a blackout' }

export default async function NewBlackoutPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [{ role }, { target }] = await Promise.all([requireUser(), searchParams])
  const [sites, tags, asked] = await Promise.all([
    listSites(),
    listTags(200),
    typeof target === 'string' && /^\d{1,9}$/.test(target) ? findTarget(Number(target)) : null,
  ])
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Add a blackout</h1>
      </header>
      {allows(role, 'write') ? (
        <BlackoutForm
          targets={asked ? [{ value: String(asked.id), word: asked.name }] : []}
          sites={sites.map((site) => ({ value: String(site.id), word: site.name }))}
          tags={tags}
        />
      ) : (
        <p className="note">Your role may read only: an operator has to add blackouts.</p>
      )}
    </div>
  )
}
