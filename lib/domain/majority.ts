export type DarkVerdict = { probeId: number; beganAt: number; isolatedAt: number }

/**
 * Decides for the probes together: dark once more than half of those watching say so. `watching` counts the probes that
 * watch the target and are not blind; leave the verdicts of blind ones out of `dark`. The outage began when the last
 * probe that was needed first missed, and was isolated when it said so. Null: no majority.
 */
export function majorityDark({
  watching,
  dark,
}: {
  watching: number
  dark: readonly DarkVerdict[]
}): { beganAt: number; isolatedAt: number } | null {
  const needed = Math.floor(Math.max(watching, 1) / 2) + 1
  const ascending = (a: number, b: number) => a - b
  const beganAt = dark.map((verdict) => verdict.beganAt).sort(ascending)[needed - 1]
  const isolatedAt = dark.map((verdict) => verdict.isolatedAt).sort(ascending)[needed - 1]
  return beganAt === undefined || isolatedAt === undefined ? null : { beganAt, isolatedAt }
}
