import { cache } from 'react'
import { findWalk, namesFor, readProfileChoice } from '@/lib/store/device-facts'
import { listEverySuggestion } from '@/lib/store/suggestion-list'
import { FactTables } from './fact-tables'
import { SuggestionList } from './suggestion-list'
import { WalkFacts } from './walk-facts'

/** Read once a page, however many parts show of it. */
const walkOf = cache((id: number) => findWalk(id))

/** What the graph would say otherwise of one device; nothing where it agrees. */
export async function DeviceSuggestions({ id, mayWrite }: { id: number; mayWrite: boolean }) {
  const suggestions = await listEverySuggestion({ deviceId: id, open: true, limit: 10 })
  if (suggestions.length === 0) return null
  return (
    <section aria-label="Suggestions">
      <SuggestionList suggestions={suggestions} mayWrite={mayWrite} linked={false} />
    </section>
  )
}

/** What a device says of itself. */
export async function DeviceWalkFacts({ id, mayWrite }: { id: number; mayWrite: boolean }) {
  const [walk, choice] = await Promise.all([walkOf(id), readProfileChoice(id)])
  return <WalkFacts id={id} walk={walk} choice={choice} mayWrite={mayWrite} />
}

const mostNamed = 2000

/** The tables of its last good walk, what is known in them linked. */
export async function DeviceTables({ id }: { id: number }) {
  const walk = await walkOf(id)
  if (!walk?.facts) return null
  const { stations, radios, links, neighbours } = walk.facts
  const text = (all: (string | null)[]) => [...new Set(all.filter((one) => one !== null))].slice(0, mostNamed)
  const names = await namesFor(
    id,
    text([
      ...stations.map((one) => one.ip),
      ...links.map((one) => one.remoteIp),
      ...neighbours.flatMap((one) => one.addresses),
    ]),
    text([
      ...[...stations, ...neighbours].map((one) => one.mac),
      ...radios.map((one) => one.apMac),
      ...links.map((one) => one.remoteMac),
    ]),
  )
  return <FactTables facts={walk.facts} names={names} />
}
