import type { Metadata } from 'next'
import { ImportPanel } from '@/app/ui/import/import-panel'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'

export const metadata: Metadata = { title: 'Import clients' }

export default async function ImportClientsPage() {
  const session = await requireUser()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Import clients</h1>
      </header>
      <p className="muted">
        A header line and a client a line, with at least name, company or person; also number, email, phone, devices
        (their names with ; between), kind, address, language, note. A client whose number is known is changed, else one
        whose name is. Nothing is written before you have seen what would be.
      </p>
      {allows(session.role, 'write') ? (
        <ImportPanel of="clients" />
      ) : (
        <p className="note">Your role may read only: an operator has to import.</p>
      )}
    </div>
  )
}
