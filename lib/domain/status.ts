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

/**
 * Whether what is said of a moment, suspect or up again, may stand after what is known: it is not ordered among what is
 * stored, and must not call up what is dark.
 */
export function mayFollow(known: Status | undefined, said: Status): boolean {
  if (said === 'up') return known === undefined || known === 'suspect'
  return known !== 'down' && known !== 'unreachable' && known !== 'paused'
}

export const roles = ['router', 'switch', 'ap', 'backhaul', 'cpe', 'server', 'other'] as const
export type Role = (typeof roles)[number]
