export type BodyPreview = { kind: 'text' | 'hex'; text: string }

const hexBytes = 256
const perLine = 16

/** A body as a person can read it: as text where it is text (cut in the middle of a letter, too), else its first bytes. */
export function bodyPreview(bytes: Uint8Array): BodyPreview {
  const text = asText(bytes)
  return text === null ? { kind: 'hex', text: hexOf(bytes.subarray(0, hexBytes)) } : { kind: 'text', text }
}

function asText(bytes: Uint8Array): string | null {
  try {
    // stream: a letter that the end cuts in two is left out instead of refused
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    // Colours of a terminal are left out; any other control character than tab and line ends makes it no text.
    const bare = text.replace(/\p{Cc}\[[\d;]*[A-Za-z]/gu, '')
    return /(?![\t\n\r])[\p{Cc}]/u.test(bare) ? null : bare
  } catch {
    return null
  }
}

/** Offset, sixteen bytes, and what of them is ASCII: as hexdump -C. */
function hexOf(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += perLine) {
    const part = [...bytes.subarray(at, at + perLine)]
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const ascii = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(perLine * 3 - 1)}  ${ascii}`)
  }
  return lines.join('\n')
}
