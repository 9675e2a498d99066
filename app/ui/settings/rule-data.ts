import { ruleBounds } from '@/lib/domain/inheritance'

export const ruleFields = ['misses', 'within', 'interval', 'timeout'] as const
type Part = (typeof ruleFields)[number]
const words: Record<Part, string> = { misses: 'misses', within: 's', interval: 's', timeout: 's' }

/** Reads the four numbers of a rule from a form; an empty one is null. Faults by field. */
export function readRule(fields: Record<string, string>): {
  rule: Record<Part, number | null>
  errors: Record<string, string>
} {
  const rule: Record<Part, number | null> = { misses: null, within: null, interval: null, timeout: null }
  const errors: Record<string, string> = {}
  for (const part of ruleFields) {
    const text = fields[part]
    if (text === undefined) continue
    const number = /^\d{1,9}([.,]\d{1,6})?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN
    const { min, max } = ruleBounds[part]
    const whole = part === 'misses'
    if (number >= min && number <= max && (!whole || Number.isInteger(number))) rule[part] = number
    else
      errors[part] =
        `Found “${text.slice(0, 20)}”, expected ${whole ? 'a whole number' : 'a number'} from ${min} to ${max} ${words[part]}.`
  }
  return { rule, errors }
}
