import { boundedCopy, type Entry, found, instantOf, neededKey, textOf, Unreadable, within } from './reading'
import type { SourceDeviceStatus } from './records'
import { entitiesOf } from './sonar-api'

export type SonarStanding = { status: string | null; isExpected: boolean }

/** How Sonar says an item is: its overall word, in which what somebody set by hand is contained. */
export function sonarStanding(item: Entry, isServed: boolean): SonarStanding {
  const { overall_status: overall, icmp_device_status: icmp, status: physical } = item
  const word = overall ?? icmp ?? null
  if (word !== null && typeof word !== 'string') {
    throw new Unreadable(`overall_status: found ${found(word)}, expected a word`)
  }
  const isThere = physical === null || physical === undefined || physical === 'FUNCTIONAL'
  return { status: textOf(word, 40), isExpected: isServed && isThere }
}

export const itemKey = (item: Entry) => `item-${neededKey(item.id, 'inventory_items.id')}`

/** A client's account is served unless its status says that it is not: suspended, or not installed yet. */
export const isServed = (account: Entry) => within(account, 'account_status').activates_account !== false

/** What an item is called: Sonar has no name for it but that of whose it is, and its model. */
export function itemName(owner: string, item: Entry): string {
  const model = textOf(within(item, 'inventory_model').name, 50)
  return model ? `${owner}: ${model}` : owner
}

export const ownerName = (owner: Entry) => textOf(owner.name, 65) ?? `#${textOf(owner.id, 20) ?? ''}`

const says = { GOOD: 'up', WARNING: 'up', DOWN: 'dark' } as const

function statusOf(owner: Entry, item: Entry, served: boolean): SourceDeviceStatus {
  const { status, isExpected } = sonarStanding(item, served)
  const word = isExpected && status && Object.hasOwn(says, status) ? says[status as keyof typeof says] : 'none'
  return {
    key: itemKey(item),
    mac: null,
    name: itemName(ownerName(owner), item),
    says: word,
    status,
    uptimeSeconds: null,
    signalDbm: null,
    lastSeenAt: status === 'DOWN' ? instantOf(item.icmp_status_last_change) : null, // when it was found to be down
    powerCut: false,
    get entry() {
      return boundedCopy({ owner: { id: owner.id, name: owner.name }, ...item })
    },
  }
}

/** The items at an account's addresses, or at a network site; each with whose it is. */
export type Owned = { key: string; devices: SourceDeviceStatus[] }

export const accountStatus = (account: Entry): Owned => ({
  key: neededKey(account.id, 'id'),
  devices: entitiesOf(account, 'addresses')
    .flatMap((address) => entitiesOf(address, 'inventory_items'))
    .map((item) => statusOf(account, item, isServed(account))),
})

export const siteStatus = (site: Entry): Owned => ({
  key: neededKey(site.id, 'id'),
  devices: entitiesOf(site, 'inventory_items').map((item) => statusOf(site, item, true)),
})
