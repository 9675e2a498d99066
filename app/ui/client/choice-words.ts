import type { ClientChoice } from '@/lib/store/clients'

/** What tells two of one name apart: "no. 1042 · North Ridge · 2 devices". */
export function choiceDetail({ number, sites, devices }: Omit<ClientChoice, 'id' | 'name'>): string {
  const parts = [number ? `no. ${number}` : '', sites.slice(0, 2).join(', ')]
  const count = devices === 0 ? 'no device' : devices === 1 ? '1 device' : `${devices} devices`
  return [...parts, count].filter(Boolean).join(' · ')
}

/** As a text field lists them: each by its name, those of one name with their number, or their id where they have none. */
export function labelled<T extends Pick<ClientChoice, 'id' | 'name' | 'number'>>(
  found: readonly T[],
): (T & { label: string })[] {
  const counts = new Map<string, number>()
  for (const { name } of found) counts.set(name, (counts.get(name) ?? 0) + 1)
  return found.map((client) => {
    const isTwice = (counts.get(client.name) ?? 0) > 1
    return { ...client, label: isTwice ? `${client.name} [${client.number ?? `#${client.id}`}]` : client.name }
  })
}
