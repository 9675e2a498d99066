import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { DeviceForm } from '@/app/ui/device/device-form'
import { resolveRule } from '@/lib/domain/inheritance'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findDevice } from '@/lib/store/devices'
import { readIsolation } from '@/lib/store/isolation-settings'
import { listDeviceNames } from '@/lib/store/neighbours'
import { listSites } from '@/lib/store/sites'
import { listProfileNames } from '@/lib/store/snmp-profiles'

export const metadata: Metadata = { title: 'Edit a device' }

export default async function EditDevicePage({ params }: { params: Promise<{ id: string }> }) {
  const [{ role }, { id }] = await Promise.all([requireUser(), params])
  const [device, sites, global, names, profiles] = await Promise.all([
    /^\d{1,9}$/.test(id) ? findDevice(Number(id)) : null,
    listSites(),
    readIsolation(),
    listDeviceNames(2000),
    listProfileNames(),
  ])
  if (!device) notFound()
  const site = sites.find((one) => one.id === device.siteId)
  const inherited = resolveRule({
    global,
    site: site && {
      interval: site.pingInterval,
      timeout: site.pingTimeout,
      misses: site.isolateMisses,
      within: site.isolateSeconds,
    },
  })
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Edit {device.name}</h1>
      </header>
      {allows(role, 'write') ? (
        <DeviceForm
          device={device}
          sites={sites.map((one) => one.name)}
          inherited={inherited}
          names={names.filter((name) => name !== device.name)}
          profiles={profiles}
        />
      ) : (
        <p className="note">Your role may read only: an operator has to change devices.</p>
      )}
    </div>
  )
}
