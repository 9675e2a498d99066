import { type ParseArgsConfig, parseArgs } from 'node:util'

/** One verb of the command line. `values` holds each option given, `words` what was neither verb nor option. */
export type Verb = {
  usage: string
  says: string // one sentence for the list
  options: NonNullable<ParseArgsConfig['options']>
  details?: string
  run(values: Values, words: string[]): Promise<number> // the exit code
}
export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

/** A wrong use of a verb: shown with its usage, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export function parseVerb(verb: Verb, args: string[]): { values: Values; words: string[]; help: boolean } {
  const options = { ...verb.options, help: { type: 'boolean', short: 'h' } } as const
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true })
    const values: Values = parsed.values
    return { values, words: parsed.positionals, help: values.help === true }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** The text of an option that must be there. */
export function required(values: Values, name: string): string {
  const value = values[name]
  if (typeof value !== 'string' || !value.trim()) throw new UsageError(`--${name} is missing`)
  return value.trim()
}

/** The text of an option that must be one of these. */
export function oneOf<T extends string>(values: Values, name: string, allowed: readonly T[]): T {
  const value = required(values, name)
  const found = allowed.find((one) => one === value)
  if (!found) throw new UsageError(`--${name} is "${value}": expected ${allowed.join(', ')}`)
  return found
}
