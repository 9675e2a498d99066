import type { NoticeFacts } from './message'
import type { Role } from './status'

/** What an incident cuts off, counted through the graph when it was told. */
export type Reach = {
  clients: number
  names: string[] // of the first clients
  devices: number // its root among them, where that is dark
  /** Of members lost: how many are dark, of how many, and the first of them by name. */
  lost?: number
  of?: number
  members?: string[]
}

const roleWords: Partial<Record<Role, string>> = {
  router: 'Router',
  switch: 'Switch',
  ap: 'AP',
  backhaul: 'Backhaul',
  cpe: 'CPE',
  server: 'Server',
}

/** "AP Ridge-3"; a name that says it already is left as it is. */
export function withRole(name: string, role: Role | undefined): string {
  const word = role && roleWords[role]
  return word === undefined || name.toLowerCase().startsWith(word.toLowerCase()) ? name : `${word} ${name}`
}

/** ": 41 clients, Acme Dental and 40 more", for the end of a title; empty where nobody is known to be cut off. */
export function clientsTail({ reach, job }: Pick<NoticeFacts, 'reach' | 'job'>): string {
  if (!reach || reach.clients === 0 || job) return ''
  const { clients, names } = reach
  if (clients === 1) return `: ${cut(names[0] ?? '1 client')}`
  return `: ${clients} clients, ${namesOf(names.slice(0, clients > 2 ? 1 : 2), clients)}`
}

/** The first two of more than two, for the body. */
export function namesLine({ reach, job }: Pick<NoticeFacts, 'reach' | 'job'>): string {
  return reach && reach.clients > 2 && !job
    ? ` Without service: ${namesOf(reach.names.slice(0, 2), reach.clients)}.`
    : ''
}

/** The same when it is over. */
export function afterwards({ reach, job, under }: Pick<NoticeFacts, 'reach' | 'job' | 'under'>): string {
  if (!reach || reach.clients === 0 || job || under) return ''
  return reach.clients === 1
    ? ` ${cut(reach.names[0] ?? '1 client')} had been without service.`
    : ` ${reach.clients} clients had been without service.`
}

/** "A, B and 3 more", "A and B" of so many in all. */
export function namesOf(names: readonly string[], count: number): string {
  const shown = names.map(cut)
  const more = count - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : shown.join('')
}

const cut = (name: string) => (name.length > 40 ? `${name.slice(0, 39)}…` : name)
