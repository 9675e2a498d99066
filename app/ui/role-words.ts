import type { Role } from '@/lib/domain/status'

/** What each role is called on a page. */
export const roleWords: Record<Role, string> = {
  router: 'Router',
  switch: 'Switch',
  ap: 'Access point',
  backhaul: 'Backhaul',
  cpe: 'Client radio (CPE)',
  server: 'Server',
  other: 'Other',
}
