import type { Metadata } from 'next'
import { StatusPageForm } from '@/app/ui/status/page-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listTags } from '@/lib/store/neighbours'
import { listSites } from '@/lib/store/sites'

export const metadata: Metadata = { title: 'Add a status page' }

export default async function NewStatusPage() {
  const [{ role }, sites, tags] = await Promise.all([requireUser(), listSites(), listTags(200)])
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Add a status page</h1>
      </header>
      {allows(role, 'write') ? (
        <StatusPageForm sites={sites.map(({ id, name }) => ({ value: String(id), word: name }))} tags={tags} />
      ) : (
        <p className="note">Your role may read only: an operator has to add status pages.</p>
      )}
    </div>
  )
}
