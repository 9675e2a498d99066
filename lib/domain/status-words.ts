import { clockWords } from './clock-words'
import { listText } from './describe-list'
import type { PlaceState, PublicIncident, PublicUpdate } from './status-page'

const mostPlaces = 4

/** "North Ridge and Water Street", "North Ridge, Water Street, Mill and 3 more". */
export function placesText(places: readonly string[]): string {
  if (places.length <= mostPlaces) return listText(places)
  return listText([...places.slice(0, mostPlaces - 1), `${places.length - mostPlaces + 1} more`])
}

/** Whose interruption it is: that of a place, of the whole network, or the one client's own. */
export type Whose = 'place' | 'client'

/** One line without an end mark: "Service interrupted: North Ridge". */
export function incidentTitle({ kind, places }: Pick<PublicIncident, 'kind' | 'places'>, whose: Whose): string {
  if (whose === 'client') return clientTitles[kind]
  return places.length === 0 ? titles[kind] : `${titles[kind]}: ${placesText(places)}`
}

const titles = {
  interrupted: 'Service interrupted',
  partly: 'Service interrupted for some',
  unstable: 'Service unstable',
  planned: 'Planned work',
} as const
const clientTitles = {
  interrupted: 'Your connection is interrupted',
  partly: 'Part of your connection is interrupted',
  unstable: 'Your connection is unstable',
  planned: 'Planned work on your connection',
} as const

/** The same once it is over. */
export function overTitle({ kind, places }: Pick<PublicIncident, 'kind' | 'places'>, whose: Whose): string {
  if (whose === 'client') return kind === 'partly' ? 'All of your connection is back' : 'Your connection is back'
  return places.length === 0 ? 'Service is back' : `Service is back: ${placesText(places)}`
}

/** What it means for whoever reads it, in one or two sentences. */
export function incidentSentence(
  incident: Pick<PublicIncident, 'kind' | 'places' | 'endedAt' | 'attended'>,
  whose: Whose,
): string {
  const { kind, places, endedAt, attended } = incident
  const where = places.length === 0 ? '' : ` at ${placesText(places)}`
  if (endedAt !== null) return whose === 'client' ? 'It is over.' : `It is over${where}.`
  const now = whose === 'client' ? clientMeans[kind] : means[kind](where)
  return `${now} ${attended ? 'We are working on it.' : 'We know of it.'}`
}

const means = {
  interrupted: (where: string) => `Some or all customers${where} are without service.`,
  partly: (where: string) => `Some customers${where} are without service.`,
  unstable: (where: string) => `Service${where} comes and goes.`,
  planned: (where: string) => `Service${where} may be interrupted while we work on it.`,
} as const
const clientMeans = {
  interrupted: 'You are without service.',
  partly: 'Some of your devices cannot be reached, others can.',
  unstable: 'Your service comes and goes.',
  planned: 'Your service may be interrupted while we work on it.',
} as const

export const stateWords: Record<PlaceState, string> = {
  working: 'Working',
  planned: 'Planned work',
  unstable: 'Unstable',
  partly: 'Interrupted for some',
  interrupted: 'Interrupted',
}

/** The sentence at the head of a page. */
export function overallWords(state: PlaceState, whose: Whose): string {
  return (whose === 'client' ? clientOverall : overall)[state]
}

const overall: Record<PlaceState, string> = {
  working: 'Everything is working.',
  planned: 'We are working on the network, as planned.',
  unstable: 'Service is unstable in places.',
  partly: 'Service is interrupted for some.',
  interrupted: 'Service is interrupted.',
}
const clientOverall: Record<PlaceState, string> = {
  working: 'Your service is working.',
  planned: 'We are working on your service, as planned.',
  unstable: 'Your service is unstable.',
  partly: 'Part of your service is interrupted.',
  interrupted: 'Your service is interrupted.',
}

/** "12 s", "4 min", "3 h 5 min", "2 d 4 h": as long as a customer cares for. */
export function lastedWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const [hours, restMinutes] = [Math.floor(minutes / 60), minutes % 60]
  if (hours < 24) return restMinutes === 0 ? `${hours} h` : `${hours} h ${restMinutes} min`
  const [days, restHours] = [Math.floor(hours / 24), hours % 24]
  return restHours === 0 ? `${days} d` : `${days} d ${restHours} h`
}

export type StatusEvent = 'opened' | 'updated' | 'resolved'
export type StatusWords = { title: string; body: string }

/** What a subscriber is told. Times are those of the page's zone, which is named. */
export function eventWords(
  event: StatusEvent,
  incident: PublicIncident,
  { update, whose, zone, now }: { update: PublicUpdate | null; whose: Whose; zone: string; now: number },
): StatusWords {
  const clock = (at: number) => `${clockWords(at, now, zone)} (${zone})`
  const said = update ? [update.text] : []
  if (event === 'resolved') {
    const end = incident.endedAt ?? now
    const body = [`It lasted ${lastedWords(end - incident.beganAt)}, until ${clock(end)}.`, ...said]
    return { title: overTitle(incident, whose), body: body.join('\n\n') }
  }
  const title = incidentTitle(incident, whose)
  if (event === 'updated')
    return { title: incident.endedAt === null ? title : overTitle(incident, whose), body: said.join('') }
  const since = `Since ${clock(incident.beganAt)}.`
  return { title, body: [`${incidentSentence(incident, whose)} ${since}`, ...said].join('\n\n') }
}
