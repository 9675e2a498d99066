import { type ParseArgsConfig, parseArgs } from 'node:util'

/** One verb of the command line. `values` holds each option given. */
export type Verb = {
  usage: string
  says: string // one sentence for the list
  options: NonNullable<ParseArgsConfig['options']>
  details?: string
  run(values: Values): Promise<number> // the exit code
  /** Does what can be done without the database, which could not be opened for this reason. */
  runWithout?(reason: string): Promise<number>
  /** Does it on a machine that has nothing but a probe: PROBE_HUB names the web of another one. */
  runFar?(): Promise<number>
}
export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

/** A wrong use of a verb: shown with its usage, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export function parseVerb(verb: Verb, args: string[]): { values: Values; help: boolean } {
  const options = { ...verb.options, help: { type: 'boolean', short: 'h' } } as const
  try {
    const values: Values = parseArgs({ args, options }).values
    return { values, help: values.help === true }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** The text of an option that must be there. */
export function required(values: Values, name: string): string {
  const value = values[name]
  if (typeof value !== 'string' || !value.trim()) throw new UsageError(`--${name} is missing`)
  return oneLine(name, value)
}

const longestLine = 120

/** The text of an option that becomes a name: one line that people can read. */
export function oneLine(name: string, value: string): string {
  const line = value.trim()
  if (/\p{Cc}/u.test(line)) throw new UsageError(`--${name} holds a control character: expected one line of text`)
  if (line.length > longestLine)
    throw new UsageError(`--${name} is ${line.length} characters long: expected at most ${longestLine}`)
  return line
}

/** The text of an option that must be one of these. */
export function oneOf<T extends string>(values: Values, name: string, allowed: readonly T[]): T {
  const value = required(values, name)
  const found = allowed.find((one) => one === value)
  if (!found) throw new UsageError(`--${name} is "${value}": expected ${allowed.join(', ')}`)
  return found
}
