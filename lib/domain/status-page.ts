/** What may stand in the address of a status page; a few words lead elsewhere below /status. */
export const pageSlugPattern = /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/
export const reservedSlugs: readonly string[] = ['c', 'subscription', 'stop']

/** Days of history that a page may show. */
export const historyDays = { min: 7, max: 365, default: 90 } as const
/** Minutes after which subscribers are told of what is still interrupted. */
export const settleMinutes = { min: 0, max: 120, default: 5 } as const
export const statusLimits = { title: 80, intro: 1000, update: 2000, sites: 1000, tags: 50 } as const

/** What is wrong with the name of a page in its address; null: nothing. */
export function slugFault(slug: string): string | null {
  if (!pageSlugPattern.test(slug)) return 'expected 1 to 60 small letters, digits and hyphens, such as north-valley'
  return reservedSlugs.includes(slug) ? `${slug} leads elsewhere: expected another word` : null
}

/** Something that the public may know of: no names of devices, no addresses, no counts of clients. */
export type PublicIncident = {
  /** Says nothing of how many there were. */
  ref: string
  kind: 'interrupted' | 'partly' | 'unstable' | 'planned' // partly: one client, of whose devices some answer
  /** Sites by the names that the page shows, in order; none: the network, or the one client's own connection. */
  places: readonly string[]
  beganAt: number
  endedAt: number | null
  /** Somebody of the operator's is on it. */
  attended: boolean
  /** Oldest first. */
  updates: readonly PublicUpdate[]
}
export type PublicUpdate = { id: number; at: number; text: string }

export type PlaceState = 'working' | 'planned' | 'unstable' | 'partly' | 'interrupted'

/** How a place is, from what is dark there now: `dark` of `watched` devices that serve more than one client. */
export function placeState(
  kinds: readonly PublicIncident['kind'][],
  { dark, watched }: { dark: number; watched: number },
): PlaceState {
  if (kinds.includes('interrupted') || kinds.includes('partly'))
    return watched > 0 && dark >= watched ? 'interrupted' : 'partly'
  if (kinds.includes('unstable')) return 'unstable'
  return kinds.includes('planned') ? 'planned' : 'working'
}

const worstFirst: readonly PlaceState[] = ['interrupted', 'partly', 'unstable', 'planned', 'working']

/** The state of everything: the worst there is, but that it is interrupted only where every place is. */
export function overallState(states: readonly PlaceState[]): PlaceState {
  const worst = worstFirst.find((state) => states.includes(state)) ?? 'working'
  return worst === 'interrupted' && states.some((state) => state !== 'interrupted') ? 'partly' : worst
}
