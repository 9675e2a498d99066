/** An outage that a source remembers. Instants are epoch ms; endedAt null: it lasts. */
export type Remembered = { kind: 'outage' | 'unreachable'; beganAt: number; endedAt: number | null; entry: unknown }
/** It was over, as far as we have no record of our own. */
export type RememberedSpell = Remembered & { endedAt: number }

/**
 * The part of what a source remembers of one device that came before `until`, when we began to watch it ourselves: in
 * order, none overlapping another. What overlaps is one time dark, told in the words of what began first.
 */
export function historyBefore(items: readonly Remembered[], until: number): RememberedSpell[] {
  const spells: RememberedSpell[] = []
  for (const item of [...items].sort((a, b) => a.beganAt - b.beganAt)) {
    const endedAt = Math.min(item.endedAt ?? until, until)
    if (endedAt <= item.beganAt) continue
    const last = spells.at(-1)
    if (last && item.beganAt <= last.endedAt) last.endedAt = Math.max(last.endedAt, endedAt)
    else spells.push({ ...item, endedAt })
  }
  return spells
}
