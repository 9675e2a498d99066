'use server'
import { requireUser } from '@/lib/session'
import { searchDevices, searchIncidents, searchJobs } from '@/lib/store/search'
import type { Finding } from './finding'

/** Devices by name, address or tag, jobs by name, tag or code, and incidents by the name of their root. */
export async function findEverywhere(query: string): Promise<Finding[]> {
  await requireUser()
  const asked = String(query).replaceAll('\u0000', '').trim().slice(0, 100)
  if (!asked) return []
  const [devices, jobs, incidents] = await Promise.all([
    searchDevices(asked, 6),
    searchJobs(asked, 6),
    searchIncidents(asked, 4),
  ])
  return [
    ...devices.map((device) => ({
      kind: 'device' as const,
      href: `/devices/${device.id}`,
      name: device.name,
      detail: [device.address, device.siteName].filter(Boolean).join(' · '),
      status: device.status,
    })),
    ...jobs.map((job) => ({
      kind: 'job' as const,
      href: `/jobs/${job.id}`,
      name: job.name,
      detail: ['Job', job.siteName, job.tags.slice(0, 3).join(', ')].filter(Boolean).join(' · '),
      status: job.status,
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
