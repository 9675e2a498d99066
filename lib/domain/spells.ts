/**
 * Stretches of time, flat: [start, end, start, end, ...] in epoch ms, each from its start up to its end, in order, apart from
 * one another and none empty. Flat, as an uptime page goes through some hundred thousand of them.
 */
export type Spells = ArrayLike<number>

export const none: Spells = []

/** Spells in any order that may overlap or be empty, as spells. */
export function spellsOf(parts: Spells): number[] {
  const order: number[] = []
  for (let i = 0; i < parts.length; i += 2) if (at(parts, i) < at(parts, i + 1)) order.push(i)
  order.sort((a, b) => at(parts, a) - at(parts, b))
  const found: number[] = []
  for (const i of order) {
    const last = found.length - 1
    if (last > 0 && at(parts, i) <= at(found, last)) found[last] = Math.max(at(found, last), at(parts, i + 1))
    else found.push(at(parts, i), at(parts, i + 1))
  }
  return found
}

/** The time in any of them. */
export function union(...lists: readonly Spells[]): Spells {
  return lists.reduce((all, list) => (list.length === 0 ? all : all.length === 0 ? list : merged(all, list)), none)
}

function merged(a: Spells, b: Spells): number[] {
  const found: number[] = []
  let end = Number.NEGATIVE_INFINITY
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const isA = j >= b.length || (i < a.length && at(a, i) <= at(b, j))
    const start = isA ? at(a, i) : at(b, j)
    const stop = isA ? at(a, i + 1) : at(b, j + 1)
    if (isA) i += 2
    else j += 2
    if (start > end || found.length === 0) found.push(start, stop)
    else if (stop > end) found[found.length - 1] = stop
    end = Math.max(end, stop)
  }
  return found
}

/** The time in both. */
export function intersection(a: Spells, b: Spells): Spells {
  const found: number[] = []
  if (a.length === 0 || b.length === 0) return none
  for (let i = endingAfter(a, at(b, 0)), j = endingAfter(b, at(a, 0)); i < a.length && j < b.length; ) {
    const start = Math.max(at(a, i), at(b, j))
    const end = Math.min(at(a, i + 1), at(b, j + 1))
    if (start < end) found.push(start, end)
    if (at(a, i + 1) < at(b, j + 1)) i += 2
    else j += 2
  }
  return found
}

/** The time in `a` and not in `b`; `a` itself where they do not meet. */
export function without(a: Spells, b: Spells): Spells {
  if (a.length === 0 || b.length === 0) return a
  const found: number[] = []
  let isCut = false
  let j = endingAfter(b, at(a, 0))
  for (let i = 0; i < a.length; i += 2) {
    let start = at(a, i)
    const end = at(a, i + 1)
    while (j < b.length && at(b, j + 1) <= start) j += 2
    for (let k = j; k < b.length && at(b, k) < end; k += 2) {
      isCut = true
      if (at(b, k) > start) found.push(start, at(b, k))
      start = Math.max(start, at(b, k + 1))
    }
    if (start < end) found.push(start, end)
  }
  return isCut ? found : a
}

/** The time of `spells` from `from` up to `to`. */
export const within = (spells: Spells, from: number, to: number): Spells =>
  spells.length === 0 || (at(spells, 0) >= from && at(spells, spells.length - 1) <= to)
    ? spells
    : intersection(spells, [from, to])

/** How long all of them last, ms. */
export function lengthOf(spells: Spells): number {
  let sum = 0
  for (let i = 0; i < spells.length; i += 2) sum += at(spells, i + 1) - at(spells, i)
  return sum
}

/** How long they last from `from` up to `to`, ms. */
export function lengthWithin(spells: Spells, from: number, to: number): number {
  let sum = 0
  for (let i = endingAfter(spells, from); i < spells.length && at(spells, i) < to; i += 2)
    sum += Math.min(to, at(spells, i + 1)) - Math.max(from, at(spells, i))
  return sum
}

/** The place of the first spell that ends after `instant`. */
function endingAfter(spells: Spells, instant: number): number {
  let low = 0
  let high = spells.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(spells, 2 * middle + 1) > instant) high = middle
    else low = middle + 1
  }
  return 2 * low
}

const at = (list: Spells, i: number) => list[i] ?? 0
