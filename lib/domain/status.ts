/** The nine states of face.md: everywhere the same words, colours and shapes. */
export const statuses = [
  'down',
  'unreachable',
  'degraded',
  'suspect',
  'late',
  'unknown',
  'new',
  'paused',
  'up',
] as const
export type Status = (typeof statuses)[number]

/** A state that is stored, and since when, epoch ms. */
export type Told = { status: Status; since: number }

/**
 * What a page shows of a target: what it was rendered with, or what was told since, and over that what is said of the
 * moment: suspect, or what is stored again. That is not ordered among what is stored, so it never hides a state that is
 * worse, and leaves what it lay over.
 */
export function statusToShow(rendered: Told, told: Told | undefined, moment: Status | undefined): Status {
  if (rendered.status === 'paused') return 'paused'
  const { status } = told && told.since > rendered.since ? told : rendered
  if (moment === 'suspect' && maySuspect.includes(status)) return 'suspect'
  return moment !== undefined && moment !== 'suspect' && status === 'suspect' ? moment : status
}
const maySuspect: readonly Status[] = ['up', 'new', 'degraded']

export const roles = ['router', 'switch', 'ap', 'backhaul', 'cpe', 'server', 'other'] as const
export type Role = (typeof roles)[number]
