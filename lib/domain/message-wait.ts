/** within: `over` of the last `of` such outages that lasted as long as this one ended within so many minutes more. */
export type WaitAdvice = { minutes: number; within: number; over: number; of: number } | null

export const mostWaitMinutes = 24 * 60
const fewest = 5
const usual = 0.8
const longest = 30 // min: who waits longer for word has called by then
const steps = [5, 10, 15, 20, 30]

/**
 * How long to wait before clients are told, from how long earlier outages of the kind lasted (ms): the shortest usual wait in which four
 * of five of those that lasted as long as this one (`elapsedMs`) were over. minutes 0: most are not over in half an hour, so
 * waiting only makes it later. Null: too few to say.
 */
export function adviseWait(lasted: readonly number[], elapsedMs: number): WaitAdvice {
  const left = lasted
    .filter((ms) => ms > elapsedMs)
    .map((ms) => Math.max(1, Math.ceil((ms - elapsedMs) / 60_000)))
    .sort((a, b) => a - b)
  if (left.length < fewest) return null
  const within = left[Math.ceil(usual * left.length) - 1] ?? 0
  const count = (minutes: number) => left.filter((each) => each <= minutes).length
  if (within > longest) return { minutes: 0, within: longest, over: count(longest), of: left.length }
  const minutes = steps.find((step) => step >= within) ?? longest
  return { minutes, within, over: count(within), of: left.length }
}

/** "8 of the last 10 outages of Ridge-3 that lasted this long were over within 9 min more: wait 10 min." `whose`: "outages of Ridge-3" */
export function adviceWords({ minutes, within, over, of }: NonNullable<WaitAdvice>, whose: string): string {
  const said = `${over === 0 ? 'None' : over} of the last ${of} ${whose} that lasted this long ${over === 1 ? 'was' : 'were'} over within ${within} min more`
  return minutes === 0 ? `${said}: tell them now.` : `${said}: wait ${minutes} min.`
}
