/** The longest period: 366 days, so that "once a year" fits. */
export const longestPeriod = 366 * 86_400

/** What is wrong with a period in seconds, or null: it is a whole number from 1 second to 366 days. */
export function faultOfPeriod(seconds: number | undefined): string | null {
  if (seconds === undefined) return `period: found none, expected 1 to ${longestPeriod} seconds (366 days)`
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestPeriod) return null
  return `period: found ${seconds} seconds, expected a whole number from 1 to ${longestPeriod} (366 days)`
}

const units: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
]

/** A period (seconds) in words: "every 3 days", "every hour", "every 1 hour and 30 minutes". */
export function describePeriod(seconds: number): string {
  const parts: string[] = []
  let rest = seconds
  for (const [size, name] of units) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count === 1 && rest === 0 && parts.length === 0) return `every ${name}`
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`)
  }
  const last = parts.pop() ?? '0 seconds'
  return parts.length === 0 ? `every ${last}` : `every ${parts.join(', ')} and ${last}`
}
