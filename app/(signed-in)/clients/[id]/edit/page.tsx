import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ClientForm } from '@/app/ui/client/client-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findClient } from '@/lib/store/clients'
import { listDevices } from '@/lib/store/devices'

export const metadata: Metadata = { title: 'Edit a client' }

export default async function EditClientPage({ params }: { params: Promise<{ id: string }> }) {
  const [{ role }, { id }] = await Promise.all([requireUser(), params])
  const client = /^\d{1,9}$/.test(id) ? await findClient(Number(id)) : null
  if (!client) notFound()
  const { items } = await listDevices({ client: client.id, limit: 1000 })
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>
          Edit <bdi>{client.name}</bdi>
        </h1>
      </header>
      {client.sources.length > 0 && (
        <p className="muted">
          {client.sources.join(' and ')} {client.sources.length === 1 ? 'lists' : 'list'} it. What you change here stays
          as you leave it.
        </p>
      )}
      {allows(role, 'write') ? (
        <ClientForm client={client} devices={items.map(({ id, name }) => ({ id, name }))} />
      ) : (
        <p className="note">Your role may read only: an operator has to change clients.</p>
      )}
    </div>
  )
}
