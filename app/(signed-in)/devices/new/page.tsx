import type { Metadata } from 'next'
import Link from 'next/link'
import { DeviceForm } from '@/app/ui/device/device-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { readIsolation } from '@/lib/store/isolation-settings'
import { listDeviceNames } from '@/lib/store/neighbours'
import { listSites } from '@/lib/store/sites'
import { listProfileNames } from '@/lib/store/snmp-profiles'

export const metadata: Metadata = { title: 'Add a device' }

export default async function NewDevicePage() {
  const { role } = await requireUser()
  const mayWrite = allows(role, 'write')
  const [sites, inherited, names, profiles] = await Promise.all([
    listSites(),
    readIsolation(),
    listDeviceNames(2000),
    listProfileNames(),
  ])
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Add a device</h1>
        {mayWrite && (
          <>
            <Link href="/discovery/new" className="link">
              Or have them found
            </Link>
            <Link href="/devices/import" className="link">
              Or import a list
            </Link>
          </>
        )}
      </header>
      {mayWrite ? (
        <DeviceForm sites={sites.map((site) => site.name)} inherited={inherited} names={names} profiles={profiles} />
      ) : (
        <p className="note">Your role may read only: an operator has to add devices.</p>
      )}
    </div>
  )
}
