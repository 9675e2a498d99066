/** Something that a source names. `current`: what it is called here; null: it is new. `hint` tells it from its namesakes. */
export type Wanted = { key: string; raw: string; current: string | null; hint: string | null }

/**
 * The names of what follows its source, each given once: `fixed` are those of all else. Who is called as it wants stays
 * so; of the others the first by key gets the name, the next one its hint behind it.
 */
export function uniqueNames(wanted: readonly Wanted[], fixed: ReadonlySet<string>, max: number): Map<string, string> {
  const taken = new Set(fixed)
  const names = new Map<string, string>()
  const give = ({ key }: Wanted, name: string) => {
    taken.add(name)
    names.set(key, name)
  }
  const others: Wanted[] = []
  for (const one of wanted) {
    if (one.current === one.raw && !taken.has(one.raw)) give(one, one.raw)
    else others.push(one)
  }
  others.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  for (const one of others) give(one, firstFree(one, taken, max))
  return names
}

function firstFree({ raw, hint, key }: Wanted, taken: ReadonlySet<string>, max: number): string {
  if (!taken.has(raw)) return raw
  for (const suffix of [hint, key]) {
    if (suffix === null) continue
    const name = withSuffix(raw, suffix, max)
    if (!taken.has(name)) return name
  }
  for (let n = 2; ; n++) {
    const name = withSuffix(raw, String(n), max)
    if (!taken.has(name)) return name
  }
}

function withSuffix(raw: string, suffix: string, max: number): string {
  const behind = ` (${suffix.slice(0, 40)})`
  return raw.slice(0, max - behind.length).trimEnd() + behind
}
