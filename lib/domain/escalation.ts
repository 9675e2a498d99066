/** Who is told when nobody acknowledged what this channel was told, or when telling it failed for good. */
export type EscalationLink = {
  id: number
  name: string
  escalateTo: number | null
  escalateAfterMinutes: number | null
}

/** What happened to the links of a chain so far, by channel id (epoch ms). */
export type EscalationState = { toldAt: ReadonlyMap<number, number>; failedAt: ReadonlyMap<number, number> }
export type EscalationStep = { from: number; to: number; at: number; because: 'unacknowledged' | 'failed' }

/** The channels of a chain in order, the first one among them. A chain that loops, which cannot be saved, ends there. */
export function escalationChain(links: readonly EscalationLink[], firstId: number): EscalationLink[] {
  const byId = new Map(links.map((link) => [link.id, link]))
  const chain: EscalationLink[] = []
  const seen = new Set<number>()
  for (let link = byId.get(firstId); link && !seen.has(link.id); link = byId.get(link.escalateTo ?? -1)) {
    seen.add(link.id)
    chain.push(link)
  }
  return chain
}

/** The first further down a channel's chain that can be used in its stead; null: there is none. */
export function standInFor<L extends EscalationLink>(
  links: readonly L[],
  id: number,
  canBeUsed: (link: L) => boolean,
): L | null {
  const usable = new Map(links.filter(canBeUsed).map((link) => [link.id, link]))
  const next = escalationChain(links, id).find((link) => link.id !== id && usable.has(link.id))
  return next ? (usable.get(next.id) ?? null) : null
}

/** What is wrong with the links of all channels, as a sentence: a chain that loops, or that leads nowhere; null: nothing. */
export function escalationFault(links: readonly EscalationLink[]): string | null {
  const names = new Map(links.map(({ id, name }) => [id, name]))
  for (const { name, escalateTo, escalateAfterMinutes: minutes } of links) {
    if (escalateTo !== null && !names.has(escalateTo)) return `${name} escalates to a channel that does not exist.`
    if (minutes !== null && !(minutes > 0)) return `${name} escalates after ${minutes} min, expected more than 0.`
  }
  const sound = new Set<number>()
  for (const { id } of links) {
    const chain = sound.has(id) ? [] : escalationChain(links, id)
    const back = chain.at(-1)?.escalateTo ?? null
    if (back !== null) {
      const loop = chain.slice(chain.findIndex((link) => link.id === back)).map(({ name }) => name)
      return `A chain may not loop: ${[...loop, loop[0]].join(' escalates to ')}.`
    }
    for (const link of chain) sound.add(link.id)
  }
  return null
}

/**
 * The next step of the chain that begins at a channel, with when it is due (epoch ms, maybe past); null: there is none.
 * `handledAt`: when someone acknowledged it or it was resolved; from then on only what failed before goes on.
 */
export function nextEscalation(
  chain: readonly EscalationLink[],
  { toldAt, failedAt }: EscalationState,
  handledAt: number | null,
): EscalationStep | null {
  for (const { id: from, escalateTo: to, escalateAfterMinutes: minutes } of chain) {
    if (to === null || !chain.some(({ id }) => id === to)) return null
    const failed = failedAt.get(from)
    const told = toldAt.get(from)
    if (toldAt.has(to) || failedAt.has(to)) continue
    const at = failed ?? (told === undefined || minutes === null ? null : told + minutes * 60_000)
    if (at === null || (handledAt !== null && handledAt <= at)) return null
    return { from, to, at, because: failed === undefined ? 'unacknowledged' : 'failed' }
  }
  return null
}
