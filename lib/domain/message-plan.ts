import { type Addressee, type MessageMedium, optOutKey, wayTo } from './message-recipient'

export type PlannedRecipient = {
  clientId: number
  clientName: string
  contactId: number | null
  medium: MessageMedium | null
  address: string | null
  language: string
  state: 'waiting' | 'skipped'
  why: string | null
}
export type PlannedClient = Addressee & { id: number; name: string; language: string }
type Rules = {
  media: readonly MessageMedium[]
  /** Clients that this incident's messages were or are for already: why not again. */
  told: ReadonlyMap<number, string>
  optedOut: (medium: MessageMedium, address: string) => boolean
}

/** Whom a message goes to, and who is left out and why, in the order given. Nobody gets it twice at one address. */
export function planRecipients(
  clients: readonly PlannedClient[],
  { media, told, optedOut }: Rules,
): PlannedRecipient[] {
  const taken = new Map<string, string>()
  return clients.map((client) => {
    const about = { clientId: client.id, clientName: client.name, language: client.language }
    const left = (why: string): PlannedRecipient => ({
      ...about,
      ...{ contactId: null, medium: null, address: null, state: 'skipped', why },
    })
    const toldBefore = told.get(client.id)
    if (toldBefore !== undefined) return left(toldBefore)
    const way = wayTo(client, media, optedOut)
    if (way.medium === null) return left(way.why)
    const { medium, address, contactId } = way
    const key = `${medium} ${optOutKey(medium, address)}`
    const first = taken.get(key)
    if (first !== undefined) return left(`told at ${address} as ${first}`)
    taken.set(key, client.name)
    return { ...about, contactId, medium, address, state: 'waiting', why: null }
  })
}
