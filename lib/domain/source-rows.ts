import type { Told } from './source-fields'
import type { Match } from './source-match'

/** What becomes of one entry of a source. `told`: what it says; `ours`: what stood; null: it is new. */
export type PlannedRow<F, Entry> = {
  key: string
  id: number | null
  how: Exclude<Match['how'], 'removed'>
  before: string | null // the key under which the same thing was listed until now
  returns: boolean // it had vanished
  entry: Entry
  told: Told<F>
  ours: F | null
  write: Partial<F>
  said: Partial<F>
  kept: (keyof F & string)[]
}

/** A row of what was matched and merged. */
export function rowOf<F extends Record<string, unknown>, Entry extends { key: string }>(
  entry: Entry,
  match: Match,
  { told, ours, returns }: { told: Told<F>; ours: F | null; returns: boolean },
  { write, said, kept }: { write: Partial<F>; said: Partial<F>; kept: (keyof F & string)[] },
): PlannedRow<F, Entry> {
  const how = match.how === 'removed' ? 'new' : match.how
  return {
    key: entry.key,
    id: match.id,
    how,
    before: match.before ?? null,
    returns,
    entry,
    told,
    ours,
    write,
    said,
    kept,
  }
}

/** Entries by their keys, each key once: the first counts. */
export function onePerKey<E extends { key: string }>(entries: readonly E[]): E[] {
  return [...new Map(entries.toReversed().map((entry) => [entry.key, entry])).values()].toReversed()
}
