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

export const roles = ['router', 'switch', 'ap', 'backhaul', 'cpe', 'server', 'other'] as const
export type Role = (typeof roles)[number]
