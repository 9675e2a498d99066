'use server'
import { requireUser } from '@/lib/session'
import { searchClients } from '@/lib/store/clients'
import { searchDevices, searchIncidents, searchJobs } from '@/lib/store/search'
import { choiceDetail } from '../client/choice-words'
import type { Finding } from './finding'

/** Devices by name, address or tag, jobs by name, tag or code, clients by name or number, and incidents by the name of their root. */
export async function findEverywhere(query: string): Promise<Finding[]> {
  await requireUser()
  const asked = String(query).replaceAll('\u0000', '').trim().slice(0, 100)
  if (!asked) return []
  const [devices, jobs, clients, incidents] = await Promise.all([
    searchDevices(asked, 6),
    searchJobs(asked, 6),
    searchClients(asked, 6),
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
    ...clients.map((client) => ({
      kind: 'client' as const,
      href: `/clients/${client.id}`,
      name: client.name,
      detail: `Client · ${choiceDetail(client)}`,
      icon: 'user' as const,
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
