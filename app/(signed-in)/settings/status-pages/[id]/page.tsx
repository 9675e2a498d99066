import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import { removeStatusPage } from '@/app/ui/status/page-actions'
import { StatusPageForm } from '@/app/ui/status/page-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listTags } from '@/lib/store/neighbours'
import { listSites } from '@/lib/store/sites'
import { findStatusPage } from '@/lib/store/status-pages'

export const metadata: Metadata = { title: 'Edit a status page' }

export default async function EditStatusPage({ params }: { params: Promise<{ id: string }> }) {
  const [{ role }, { id }, sites, tags] = await Promise.all([requireUser(), params, listSites(), listTags(200)])
  const page = /^\d{1,9}$/.test(id) ? await findStatusPage(Number(id)) : null
  if (!page) notFound()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>{page.title}</h1>
        {allows(role, 'write') && (
          <ConfirmButton
            action={removeStatusPage}
            fields={{ id: page.id }}
            verb="Delete"
            ask={`Delete ${page.title}? Its ${page.subscribers} subscribers are forgotten.`}
          />
        )}
      </header>
      {allows(role, 'write') ? (
        <StatusPageForm
          page={page}
          sites={sites.map((site) => ({ value: String(site.id), word: site.name }))}
          tags={tags}
        />
      ) : (
        <p className="note">Your role may read only: an operator has to change status pages.</p>
      )}
    </div>
  )
}
