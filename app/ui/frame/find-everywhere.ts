'use server'
import { requireUser } from '@/lib/session'
import { searchDevices, searchIncidents } from '@/lib/store/search'
import type { Finding } from './finding'

/** Devices by name, address or tag, and incidents by the name of their root. */
export async function findEverywhere(query: string): Promise<Finding[]> {
  await requireUser()
  const asked = String(query).replaceAll('\u0000', '').trim().slice(0, 100)
  if (!asked) return []
  const [devices, incidents] = await Promise.all([searchDevices(asked, 8), searchIncidents(asked, 4)])
  return [
    ...devices.map((device) => ({
      kind: 'device' as const,
      href: `/devices/${device.id}`,
      name: device.name,
      detail: [device.address, device.siteName].filter(Boolean).join(' · '),
      status: device.status,
    })),
    ...incidents.map((incident) => ({
      kind: 'incident' as const,
      href: `/incidents/${incident.id}`,
      name: incident.rootName,
      detail: `Incident ${incident.id}${incident.resolvedAt ? ', resolved' : ', open'}`,
      icon: 'incidents' as const,
    })),
  ]
}
