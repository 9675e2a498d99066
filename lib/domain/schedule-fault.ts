/** A mistake in an expression; its message says what was found and what was expected. */
export class ScheduleFault extends Error {}

/** Text from outside as a fault quotes it: bounded, with its odd characters escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text)
}
