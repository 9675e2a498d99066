import { cutText } from './cut-text'

// GSM 03.38: the basic alphabet, and what takes an escape and so two places.
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const extended = new Set('^{}\\[~]|€\f')

const plainer: Record<string, string> = {
  '…': '...',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '‑': '-',
  '−': '-',
  '·': '-',
  '•': '-',
  '→': '->',
  '×': 'x',
  '`': "'",
  '\u00a0': ' ',
  '\u202f': ' ',
  '\u200b': '',
}

/** Typographic signs made plain, so that one of them does not halve what a message holds. Letters stay as they are. */
export function plainSigns(text: string): string {
  return text.normalize('NFC').replace(/[^\x20-\x5f\x61-\x7e]/gu, (sign) => plainer[sign] ?? sign)
}

export type SmsSize = { encoding: 'GSM-7' | 'UCS-2'; segments: number }

/**
 * How a text goes out: in GSM-7 160 places, or 153 in each of several; with any other character UCS-2, 70 or 67 units. A
 * two-place character and a surrogate pair are not parted between segments.
 */
export function smsSize(text: string): SmsSize {
  const characters = [...text]
  const gsm = characters.every((character) => basic.has(character) || extended.has(character))
  const widths = characters.map((character) => (gsm ? (extended.has(character) ? 2 : 1) : character.length))
  const [alone, each] = gsm ? [160, 153] : [70, 67]
  const encoding = gsm ? 'GSM-7' : 'UCS-2'
  if (widths.reduce((sum, width) => sum + width, 0) <= alone) return { encoding, segments: text === '' ? 0 : 1 }
  let [segments, used] = [1, 0]
  for (const width of widths) {
    if (used + width > each) {
      segments += 1
      used = 0
    }
    used += width
  }
  return { encoding, segments }
}

// Ten segments hold 1,530 characters; nothing behind that is ever sent.
const most = 1600

/**
 * `words` and `link` as one text of at most `segments` segments: the words are cut, the link never is; it is left out
 * where less than 40 characters of them would remain.
 */
export function smsText(words: string, link: string, segments: number): string {
  const said = plainSigns(cutText(words, most))
  const fits = (text: string) => smsSize(text).segments <= segments
  const beside = (tail: string) => cutTo(said, (part) => fits(`${part}${tail}`))
  const cut = beside(`\n${link}`)
  const both = `${cut}\n${link}`
  return cut.length >= Math.min(40, said.length) && fits(both) ? both : beside('')
}

/** `cutText` where either a text fits or it does not; an ellipsis of its own sign would cost GSM-7. */
function cutTo(text: string, fits: (part: string) => boolean): string {
  const ended = (part: string) => (part === text ? part : part.replace(/…$/, '...'))
  return ended(cutText(text, text.length, (part) => (fits(ended(part)) ? 0 : text.length + 1)))
}
