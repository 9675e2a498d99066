import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { MergeForm } from '@/app/ui/client/merge-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findClient } from '@/lib/store/clients'

export const metadata: Metadata = { title: 'Merge clients' }

export default async function MergeClientPage({ params }: { params: Promise<{ id: string }> }) {
  const [{ role }, { id }] = await Promise.all([requireUser(), params])
  const client = /^\d{1,9}$/.test(id) ? await findClient(Number(id)) : null
  if (!client) notFound()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>
          Merge another into <bdi>{client.name}</bdi>
        </h1>
      </header>
      {allows(role, 'write') ? (
        <MergeForm id={client.id} name={client.name} />
      ) : (
        <p className="note">Your role may read only: an operator has to merge clients.</p>
      )}
    </div>
  )
}
