import type { IncidentKind } from '@/lib/domain/message'
import type { Priority } from '@/lib/domain/notice'
import type { RouteCondition } from '@/lib/domain/route'
import type { Role } from '@/lib/domain/status'

export const kindWords: Record<IncidentKind, string> = {
  down: 'Down',
  members_lost: 'Members lost',
  blind: 'Blind probe',
  flapping: 'Flapping',
}
export const roleWords: Record<Role, string> = {
  router: 'Router',
  switch: 'Switch',
  ap: 'AP',
  backhaul: 'Backhaul',
  cpe: 'CPE',
  server: 'Server',
  other: 'Other',
}
export const priorityWords: Record<Priority, string> = { critical: 'Critical', normal: 'Normal', low: 'Low' }

/** What a condition says, part by part: "Critical", "Router or AP", "at North Ridge". Nothing: every incident. */
export function conditionWords(condition: RouteCondition): string[] {
  const { priorities, kinds, roles, sites, tags, clients, sizeFrom } = condition
  const parts = [
    orWords(priorities.map((priority) => priorityWords[priority])),
    orWords(kinds.map((kind) => kindWords[kind])),
    orWords(roles.map((role) => roleWords[role])),
    sites.length > 0 ? `at ${orWords(sites)}` : '',
    tags.length > 0 ? `tagged ${orWords(tags)}` : '',
    clients.length > 0 ? `serving ${orWords(clients)}` : '',
    sizeFrom > 1 ? `${sizeFrom} outages or more` : '',
  ]
  return parts.filter((part) => part !== '')
}

const mostNamed = 5

/** "a", "a or b", "a, b or c", "a, b, c, d or 9 others". */
function orWords(words: readonly string[]): string {
  if (words.length > mostNamed)
    return `${words.slice(0, mostNamed - 1).join(', ')} or ${words.length - mostNamed + 1} others`
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** "1 notice", "3 notices". */
export const counted = (count: number, one: string, many = `${one}s`) =>
  `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? one : many}`
