import { canonicalToken } from '@/lib/domain/beat-address'
import type { RawRecord } from '@/lib/domain/device-import'
import type { JobList } from './job-list'
import { uniqueNames } from './unique-names'

type Monitor = Record<string, unknown>

/**
 * The monitors of an Uptime Kuma backup. Push monitors become jobs that answer to their push token, ping monitors devices;
 * any other kind is named with its reason.
 */
export function readUptimeKuma(records: readonly RawRecord[]): JobList {
  const named = { push: uniqueNames(), ping: uniqueNames() }
  const list: JobList = { jobs: [], devices: [], rejected: [], notes: [] }
  for (const { line, cells: monitor } of records) {
    const { type } = monitor
    const said = typeof monitor.name === 'string' && monitor.name.trim() ? monitor.name.trim() : `monitor ${line}`
    if (type !== 'push' && type !== 'ping') {
      const what =
        typeof type === 'string' && type ? `a monitor of the kind ${type.slice(0, 40)}` : 'no kind of monitor'
      list.rejected.push({ line, name: said, reason: `type: found ${what}, expected push or ping` })
      continue
    }
    const name = named[type](said)
    const notes = leftBehind(monitor)
    if (name !== said) notes.unshift(`name: another monitor before it is called ${JSON.stringify(said)}`)
    if (type === 'push') list.jobs.push({ line, cells: jobCells(name, monitor, notes) })
    else list.devices.push({ line, cells: deviceCells(name, monitor, notes) })
    if (notes.length > 0) list.notes.push({ line, name, reason: notes.join('; ') })
  }
  return list
}

const numberOf = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0)
const isActive = ({ active }: Monitor) => active === undefined || active === null || Boolean(active)

/** Kuma retries after the interval before it calls a monitor down: that is the grace here, at least ten seconds. */
function jobCells(name: string, monitor: Monitor, notes: string[]): Monitor {
  const token = typeof monitor.pushToken === 'string' ? monitor.pushToken : ''
  if (!token) notes.push('pushToken: found none, so its address is a new one')
  const retries = numberOf(monitor.maxretries) * numberOf(monitor.retryInterval)
  return {
    name,
    expected_interval: monitor.interval,
    grace_period: Math.round(Math.max(10, retries)),
    aliases: token ? [canonicalToken(token)] : [],
    tags: tagsOf(monitor),
    paused: !isActive(monitor),
  }
}

function deviceCells(name: string, monitor: Monitor, notes: string[]): Monitor {
  if (!isActive(monitor)) notes.push('active: it is paused there and watched here: pause it on its page')
  const interval = numberOf(monitor.interval)
  return {
    name,
    address: typeof monitor.hostname === 'string' ? monitor.hostname.trim() : '',
    tags: tagsOf(monitor),
    ...(interval > 0 ? { ping_interval: interval } : {}),
  }
}

/** A tag there may have a value. */
function tagsOf({ tags }: Monitor): string[] {
  if (!Array.isArray(tags)) return []
  return tags.flatMap((tag: unknown) => {
    if (tag === null || typeof tag !== 'object') return typeof tag === 'string' ? [tag] : []
    const { name, value } = tag as Monitor
    if (typeof name !== 'string' || !name.trim()) return []
    return [typeof value === 'string' && value.trim() ? `${name.trim()}:${value.trim()}` : name.trim()]
  })
}

function leftBehind(monitor: Monitor): string[] {
  const notes: string[] = []
  if (monitor.upsideDown) notes.push('upsideDown: what answers is up here')
  if (typeof monitor.description === 'string' && monitor.description.trim()) notes.push('description: is not kept')
  const told = monitor.notificationIDList
  if (told !== null && typeof told === 'object' && Object.keys(told).length > 0) {
    notes.push('notifications: are not taken over, the routes say who is told')
  }
  return notes
}
