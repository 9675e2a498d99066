import type { Priority } from './notice'

export const priorities = ['critical', 'normal', 'low'] as const satisfies readonly Priority[]

/** The expression of whoever has saved none. */
export const defaultPriority = 'affectedClients > 10 || role == "router" ? "critical" : "normal"'

/** What an expression may ask for, as completion shows it. */
export const priorityVariables = [
  { name: 'kind', type: 'string', description: 'down, members_lost, blind or flapping' },
  { name: 'name', type: 'string', description: 'of the device, the job or the probe' },
  { name: 'role', type: 'string', description: 'router, switch, ap, backhaul, cpe, server or other' },
  { name: 'site', type: 'string', description: 'name of the site, "" without one' },
  { name: 'client', type: 'string', description: 'name of the client served, "" without one' },
  { name: 'tags', type: 'list<string>', description: 'tags of the target: "core" in tags' },
  { name: 'size', type: 'int', description: 'outages in this incident' },
  { name: 'affectedClients', type: 'int', description: 'clients without service' },
  { name: 'affectedTargets', type: 'int', description: 'devices and jobs that are dark' },
  { name: 'openedAt', type: 'google.protobuf.Timestamp', description: 'openedAt.getHours("Europe/Berlin") < 7' },
] as const

/** Functions that an expression may call, beside int(), double() and string(). */
export const priorityFunctions = [
  { name: 'startsWith', type: 'bool', description: 'name.startsWith("AP")' },
  { name: 'endsWith', type: 'bool', description: 'name.endsWith("-3")' },
  { name: 'contains', type: 'bool', description: 'name.contains("Ridge")' },
  { name: 'lowerAscii', type: 'string', description: 'name.lowerAscii() == "ridge"' },
  { name: 'size', type: 'int', description: 'size(tags) > 2' },
  { name: 'exists', type: 'bool', description: 'tags.exists(tag, tag.startsWith("vip"))' },
  { name: 'all', type: 'bool', description: 'tags.all(tag, tag != "lab")' },
  { name: 'getHours', type: 'int', description: 'openedAt.getHours("Europe/Berlin") < 7' },
  { name: 'getDayOfWeek', type: 'int', description: '0 Sunday to 6 Saturday: openedAt.getDayOfWeek("Europe/Berlin")' },
] as const

/** What may stand in an expression, for completion as it is typed. */
export const priorityCompletions: readonly { label: string; type: string; description: string }[] = [
  ...priorityVariables.map(({ name, type, description }) => ({ label: name, type, description })),
  ...priorityFunctions.map(({ name, type, description }) => ({ label: name, type, description })),
  ...priorities.map((priority) => ({ label: `"${priority}"`, type: 'priority', description: 'an outcome' })),
]

/** The word of a list that is written most like another, when it differs in three letters at most; null: none does. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known
    .map((one) => ({ one, distance: editDistance(word.slice(0, 40).toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best && best.distance <= 3 && best.distance < word.length ? best.one : null
}

/** Letters to add, leave out or change between two words. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
