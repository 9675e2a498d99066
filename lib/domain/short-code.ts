const alphabet = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford's base 32: no i, l, o, u
const span = 2 ** 30 // six characters
const highest = 2 ** 31 - 1
const roundKeys = [0x51ab, 0x2c39, 0x7e05, 0x1d73] as const // any four: they only make neighbours look unlike

const half = 0x7fff
function mixed(value: number, key: number): number {
  const stirred = Math.imul(value ^ key, 0x9e3779b1)
  return ((stirred >>> 15) ^ stirred) & half
}

/** A Feistel network over 30 bits: whatever the rounds do, no two numbers meet. */
function shuffled(value: number, keys: readonly number[]): number {
  let [left, right] = [value >>> 15, value & half]
  for (const key of keys) [left, right] = [right, left ^ mixed(right, key)]
  return right * (half + 1) + left // swapped, so that the same network with its keys reversed undoes it
}

/**
 * A short name for an id (1 to 2147483647) that people can read aloud: six characters, seven from 2^30 on. A bijection:
 * no two ids share one, and `idOfCode` gives the id back.
 */
export function codeOfId(id: number): string {
  if (!Number.isInteger(id) || id < 0 || id > highest) throw new RangeError(`no id: ${id}`)
  let rest = shuffled(id % span, roundKeys)
  let code = ''
  for (let i = 0; i < 6; i++) {
    code = (alphabet[rest % 32] ?? '') + code
    rest = Math.floor(rest / 32)
  }
  return id < span ? code : `1${code}`
}

/** The id of a code, however it is written: upper case, o for 0, i or l for 1, hyphens. Null: no code of ours. */
export function idOfCode(code: string): number | null {
  const plain = code.toLowerCase().replaceAll('-', '').replaceAll('o', '0').replace(/[il]/g, '1')
  if (!/^1?[0-9a-hjkmnp-tv-z]{6}$/.test(plain)) return null
  let value = 0
  for (const character of plain.slice(-6)) value = value * 32 + alphabet.indexOf(character)
  return shuffled(value, roundKeys.toReversed()) + (plain.length === 7 ? span : 0)
}
