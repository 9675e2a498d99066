/** Array literals of PostgreSQL, written by hand: the serializer of the client costs as much as the rest of a batch. */

/** Numbers; null where there is none. All null: `{}`, which unnest fills up with nulls. */
export function numberArray(values: readonly (number | null)[]): string {
  let text = ''
  let some = false
  let last: number | null = null
  let written = ',NULL'
  for (const value of values) {
    if (value !== last) {
      last = value // many beats of a batch share an instant
      written = value === null ? ',NULL' : `,${value}`
      some ||= value !== null
    }
    text += written
  }
  return some ? `{${text.slice(1)}}` : '{}'
}

export function booleanArray(values: readonly boolean[]): string {
  let text = ''
  for (const value of values) text += value ? ',t' : ',f'
  return `{${text.slice(1)}}`
}

/** Texts; an empty one is null. What PostgreSQL cannot keep (NUL) is left out. */
export function textArray(values: readonly (string | null)[]): string {
  let text = ''
  let some = false
  let last: string | null = null
  let written = ',NULL'
  for (const value of values) {
    if (value !== last) {
      last = value
      const quoted = value === null || plain.test(value) ? value : value.replace(special, escaped)
      written = quoted ? `,"${quoted}"` : ',NULL'
      some ||= written !== ',NULL'
    }
    text += written
  }
  return some ? `{${text.slice(1)}}` : '{}'
}

/** Bytes as they are. */
export function byteaArray(values: readonly (Buffer | null)[]): string {
  let text = ''
  let some = false
  for (const value of values) {
    if (value === null) text += ',NULL'
    else {
      some = true
      text += `,"\\\\x${value.toString('hex')}"`
    }
  }
  return some ? `{${text.slice(1)}}` : '{}'
}

const plain = /^[\w ./:;,()+@-]*$/
const special = /["\\\0]/g
const escaped = (character: string) => (character === '\0' ? '' : `\\${character}`)
