import type { ToldBefore } from './telling'

/**
 * Whether a channel, by what was decided for it so far (oldest first), has to be asked again now that an incident grew. Who
 * was told knows; it is news where no route led, or for whom it waits: a route may lead there now, and urgency does not wait.
 */
export function growthIsNews(history: readonly ToldBefore[]): boolean {
  const open = history.filter(({ event }) => event !== 'resolved')
  if (open.some(({ outcome }) => outcome === 'sent' || outcome === 'digest')) return false
  const last = open.findLast(({ outcome, rule }) => outcome !== 'skipped' || rule === 'no_route')
  return last?.rule === 'no_route' || (last?.outcome === 'delayed' && last.rule === 'hours')
}
