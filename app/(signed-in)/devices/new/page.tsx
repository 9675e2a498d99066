import type { Metadata } from 'next'
import Link from 'next/link'
import { DeviceForm } from '@/app/ui/device/device-form'
import { requireUser } from '@/lib/session'
import { readIsolation } from '@/lib/store/isolation-settings'
import { listDeviceNames } from '@/lib/store/neighbours'
import { listSites } from '@/lib/store/sites'

export const metadata: Metadata = { title: 'Add a device' }

export default async function NewDevicePage() {
  await requireUser()
  const [sites, inherited, names] = await Promise.all([listSites(), readIsolation(), listDeviceNames(2000)])
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Add a device</h1>
        <Link href="/devices/import" className="link">
          Or import a list
        </Link>
      </header>
      <DeviceForm sites={sites.map((site) => site.name)} inherited={inherited} names={names} />
    </div>
  )
}
