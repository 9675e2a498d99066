const stops = new Set([
  ...['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'OPT OUT', 'REMOVE'],
  ...['STOPP', 'ABMELDEN', 'ENDE', 'ARRET', 'ARRÊT', 'DESABONNER', 'DÉSABONNER', 'BAJA', 'PARAR', 'ALTO', 'CANCELAR'],
])
const starts = new Set(['START', 'UNSTOP', 'YES', 'JA', 'OUI', 'SI', 'SÍ', 'ALTA', 'INICIAR'])

/**
 * What a text that came in asks for: a word by itself, whatever its case and the signs around it, as carriers and Twilio have
 * it; in the languages of the shipped templates. Null: it says something else.
 */
export function optWord(text: string): 'stop' | 'start' | null {
  const word = text
    .slice(0, 200)
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}]+/gu, ' ')
    .trim()
    .toUpperCase()
  if (stops.has(word) || word === 'STOP PLEASE' || word === 'PLEASE STOP') return 'stop'
  return starts.has(word) ? 'start' : null
}
