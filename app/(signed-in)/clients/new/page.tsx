import type { Metadata } from 'next'
import Link from 'next/link'
import { ClientForm } from '@/app/ui/client/client-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'

export const metadata: Metadata = { title: 'Add a client' }

export default async function NewClientPage() {
  const { role } = await requireUser()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Add a client</h1>
        {allows(role, 'write') && (
          <Link href="/clients/import" className="link">
            Or import a list
          </Link>
        )}
      </header>
      {allows(role, 'write') ? (
        <ClientForm devices={[]} />
      ) : (
        <p className="note">Your role may read only: an operator has to add clients.</p>
      )}
    </div>
  )
}
