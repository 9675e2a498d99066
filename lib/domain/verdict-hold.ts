import type { DarkSpell, Upstreams } from './correlation'

/** Longest that an incident waits for the verdicts of what is above and beside its root, from the isolation on. */
export const holdMs = 15_000
/** A ping sent so soon after another one may have been ahead of the fault that swallowed that one. */
const flightMs = 250

/** `darkFrom`: from when on it was surely dark; between `beganAt` and this it may have missed a ping by chance. */
export type JudgedSpell = DarkSpell & { darkFrom: Date }

/**
 * From when on a device was surely dark (epoch ms), by the pings that it missed since it answered last: a first miss of
 * several may have been lost on the way, just before it went dark with all that is around it. Null: it missed none.
 */
export function surelyDarkFrom(misses: readonly number[]): number | null {
  const sorted = [...misses].sort((a, b) => a - b)
  return (sorted.length > 2 ? sorted[1] : sorted[0]) ?? null
}

/** What is known of targets beside the one that is asked about. */
export type Verdicts = {
  spells: ReadonlyMap<number, readonly DarkSpell[]> // by target
  answered: ReadonlyMap<number, Date> // when the latest ping that is known to have been answered was sent
  watched: ReadonlySet<number> // by a probe that can see: of others no verdict will come
}

export type Verdict = 'dark' | 'answers' | 'open'

/**
 * What a target said since `child` missed without a hit: it is dark, it answered, or nothing yet. One that was dark and
 * answered later than that answers.
 */
export function verdictOn(targetId: number, child: Pick<JudgedSpell, 'darkFrom'>, verdicts: Verdicts): Verdict {
  const spells = verdicts.spells.get(targetId) ?? []
  if (spells.some((spell) => spell.endedAt === null)) return 'dark'
  const since = child.darkFrom.getTime() + flightMs
  const answeredAt = Math.max(
    verdicts.answered.get(targetId)?.getTime() ?? Number.NEGATIVE_INFINITY,
    ...spells.map((spell) => spell.endedAt?.getTime() ?? 0),
  )
  return answeredAt >= since ? 'answers' : 'open'
}

/**
 * The devices above an outage whose verdict is awaited before it is known what it is part of; empty when it is known. One
 * way up that answers is enough; beyond what is dark, or has yet to say, it is asked further.
 * Source: rules, "Verdict hold".
 */
export function awaitedAbove(child: JudgedSpell, upstreams: Upstreams, verdicts: Verdicts): number[] {
  const awaited = new Set<number>()
  let isNear = false // something awaited is not beyond something else that is
  const seen = new Set([child.targetId])
  const queue: { id: number; near: boolean }[] = [{ id: child.targetId, near: true }]
  for (let next = queue.pop(); next; next = queue.pop()) {
    const above = (upstreams.get(next.id) ?? []).map((up) => ({ up, verdict: verdictOn(up, child, verdicts) }))
    if (above.some(({ verdict }) => verdict === 'answers')) continue
    for (const { up, verdict } of above) {
      const isAwaited = verdict === 'open' && verdicts.watched.has(up)
      if (isAwaited) awaited.add(up)
      if (isAwaited && next.near) isNear = true
      if ((verdict !== 'dark' && !isAwaited) || seen.has(up)) continue
      seen.add(up)
      queue.unshift({ id: up, near: next.near && verdict === 'dark' })
    }
  }
  return isNear ? [...awaited] : []
}
