import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { BlackoutForm } from '@/app/ui/blackout/blackout-form'
import { nextOccurrences } from '@/lib/domain/blackout'
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
  const isOver = nextOccurrences(blackout, Date.now(), 1).length === 0
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>{isOver ? 'A blackout that is over' : 'Edit a blackout'}</h1>
      </header>
      {isOver ? (
        <p className="note">
          <span>
            It is over, and kept as it was. <Link href="/blackouts/new">Add another one</Link>, or look at{' '}
            <Link href="/blackouts">all of them</Link>.
          </span>
        </p>
      ) : allows(role, 'write') ? (
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
