const dayMs = 86_400_000

/** How far back each chart of a client goes, in days, and what a bar of it is. */
export const spans = {
  day: { days: 90, word: 'Days', whole: '90 days' },
  week: { days: 52 * 7, word: 'Weeks', whole: '52 weeks' },
  month: { days: 730, word: 'Months', whole: '2 years' },
} as const
export type Span = keyof typeof spans

export const readSpan = (value: string | string[] | undefined): Span =>
  typeof value === 'string' && Object.hasOwn(spans, value) ? (value as Span) : 'day'

/** The range that a chart of `by` covers, up to `now` (epoch ms). */
export function rangeOf(by: Span, now: number, zone: string) {
  return { by, from: new Date(now - (spans[by].days - 1) * dayMs), to: new Date(now), zone }
}
