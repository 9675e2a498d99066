/** The q-quantile (0..1) of ascending numbers, nearest rank. */
export function quantile(ascending: readonly number[], q: number): number {
  const at = Math.min(ascending.length - 1, Math.max(0, Math.ceil(q * ascending.length) - 1))
  return ascending[at] ?? Number.NaN
}
