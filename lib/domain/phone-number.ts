import { readPhone } from './client-fields'

/**
 * A telephone number in E.164 where it can be read as such: by its own + or 00, or by the calling code of where its owner
 * lives ("1" makes +14065550103 of "(406) 555-0103"); else as it was given. Null when it is none. canText is false where an
 * extension follows, as a text would reach somebody else.
 */
export function phoneOf(
  text: string | null,
  callingCode: string | null = null,
): { phone: string | null; canText: boolean } {
  const read = readPhone(text ?? '')
  const given = 'fault' in read ? null : read.value
  if (given === null) return { phone: null, canText: false }
  if (/[a-z#,;]/i.test(given)) return { phone: given, canText: false }
  return { phone: given.startsWith('+') ? given : (abroad(given, callingCode) ?? given), canText: true }
}

/** Numbers of the North American plan have ten digits; elsewhere a zero in front is left out from abroad. */
function abroad(given: string, callingCode: string | null): string | null {
  if (callingCode === null || !/^[\d\s().\-/\u00a0]+$/.test(given)) return null
  const digits = given.replace(/\D/g, '')
  if (callingCode === '1') {
    const national = digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits
    return /^[2-9]\d{9}$/.test(national) ? `+1${national}` : null
  }
  const national = digits.replace(/^0/, '')
  return /^[1-9]\d{5,12}$/.test(national) && callingCode.length + national.length <= 15
    ? `+${callingCode}${national}`
    : null
}
