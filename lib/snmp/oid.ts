/** Whether an object id comes after another in the order of a MIB; equal ones do not. Dotted, digits alone. */
export function follows(later: string, earlier: string): boolean {
  const shorter = Math.min(later.length, earlier.length)
  let at = 0
  while (at < shorter && later.charCodeAt(at) === earlier.charCodeAt(at)) at += 1
  if (at === shorter) return later.length > earlier.length
  const [more, less] = [digitsFrom(later, at), digitsFrom(earlier, at)]
  // The same number of digits left: the first that differs decides. A dot counts as less than any digit.
  return more === less ? later.charCodeAt(at) > earlier.charCodeAt(at) : more > less
}

function digitsFrom(oid: string, at: number): number {
  let end = at
  while (end < oid.length && oid.charCodeAt(end) !== dot) end += 1
  return end - at
}

const dot = 46

/** Whether an object id stands below a root: the root itself does not. */
export function isBelow(oid: string, root: string): boolean {
  return oid.length > root.length && oid.charCodeAt(root.length) === dot && oid.startsWith(root)
}

/** An object id whose successor is the given one, unless the device has something in between that nobody asks for. */
export function justBefore(oid: string): string {
  const at = oid.lastIndexOf('.')
  const last = Number(oid.slice(at + 1))
  const parent = oid.slice(0, at)
  return last === 0 ? parent : `${parent}.${last - 1}.${0xff_ff_ff_ff}`
}

/** Object ids in the order of a MIB. */
export const inOrder = (a: string, b: string): number => (a === b ? 0 : follows(a, b) ? 1 : -1)
