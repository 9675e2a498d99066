import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { BlackoutForm } from '@/app/ui/blackout/blackout-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findBlackout } from '@/lib/store/blackouts'
import { listTags } from '@/lib/store/neighbours'
import { listSites } from '@/lib/store/sites'

export const metadata: Metadata = { title: 'Edit a blackout' }

export default async function EditBlackoutPage({ params }: { params: Promise<{ id: string }> }) {
  const [{ role }, { id }] = await Promise.all([requireUser(), params])
  const [blackout, sites, tags] = await Promise.all([
    /^\d{1,9}$/.test(id) ? findBlackout(Number(id)) : null,
    listSites(),
    listTags(200),
  ])
  if (!blackout) notFound()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Edit a blackout</h1>
      </header>
      {allows(role, 'write') ? (
        <BlackoutForm
          blackout={blackout}
          targets={blackout.targetNames.map((target) => ({ value: String(target.id), word: target.name }))}
          sites={sites.map((site) => ({ value: String(site.id), word: site.name }))}
          tags={tags}
        />
      ) : (
        <p className="note">Your role may read only: an operator has to change blackouts.</p>
      )}
    </div>
  )
}
