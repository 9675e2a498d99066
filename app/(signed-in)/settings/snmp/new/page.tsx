import type { Metadata } from 'next'
import { ProfileForm } from '@/app/ui/snmp/profile-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'

export const metadata: Metadata = { title: 'Add an SNMP profile' }

export default async function NewProfilePage() {
  const { role } = await requireUser()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Add an SNMP profile</h1>
      </header>
      {allows(role, 'write') ? (
        <ProfileForm />
      ) : (
        <p className="note">Your role may read only: an operator has to add profiles.</p>
      )}
    </div>
  )
}
