/** A comment that begins with our name: so that none of its words is taken for a directive. */
export const comment = (text: string) => `# Beatline: ${oneLine(text)}`

/** A text on one line, without what turns lines round or goes on with the next one. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
  return line.trim().replace(/[\\`\s]+$/, '')
}

/** An address with everything escaped that any of these languages might read as its own. */
export const plainUrl = (url: string) =>
  url.replace(/[^A-Za-z0-9\-._~:/?#[\]@&()*+,;=%]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
      .join(''),
  )

/** A word of sh, whatever it holds. */
export const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
/** PowerShell takes typographic quotes for quotes, too. */
export const powershellQuoted = (text: string) => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`
/** JSON's strings are Python's, too. */
export const pythonQuoted = (text: string) => JSON.stringify(text)
/** systemd reads $ and % in a command line before sh does. */
export const systemdQuoted = (text: string) =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '$$$$').replaceAll('%', '%%')}"`
/** RouterOS: what is not plain ASCII as bytes. */
export const routerQuoted = (text: string) =>
  `"${text
    .replace(/["\\$?]/g, '\\$&')
    .replace(/[^\x20-\x7e]/gu, (character) =>
      [...new TextEncoder().encode(character)]
        .map((byte) => `\\${byte.toString(16).padStart(2, '0').toUpperCase()}`)
        .join(''),
    )}"`
