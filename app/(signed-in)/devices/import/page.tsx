import type { Metadata } from 'next'
import { ImportPanel } from '@/app/ui/import/import-panel'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'

export const metadata: Metadata = { title: 'Import devices' }

export default async function ImportPage() {
  const session = await requireUser()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Import devices</h1>
      </header>
      <p className="muted">
        A device whose name is known is changed, in what the list says of it. Nothing is written before you have seen
        what would be.
      </p>
      {allows(session.role, 'write') ? (
        <ImportPanel />
      ) : (
        <p className="note">Your role may read only: an operator has to import.</p>
      )}
    </div>
  )
}
