import type { MessageMedium } from './message-recipient'

export type MessagePart = 'first' | 'follow_up'
/** Words in one language for one medium, in Liquid; subject is of e-mail. */
export type MessageWords = { language: string; medium: MessageMedium; subject: string; body: string }
/** What a message is made of, as it stood when it was made. */
export type MessageTemplate = Record<MessagePart, MessageWords[]>

export const shippedName = 'Outage'
export const shippedLanguages = ['en', 'es', 'fr', 'de'] as const

const sms = (language: string, body: string): MessageWords => ({ language, medium: 'sms', subject: '', body })
const email = (language: string, subject: string, ...lines: string[]): MessageWords => ({
  language,
  medium: 'email',
  subject,
  body: lines.join('\n\n'),
})
const from = '{% if sender != "" %}{{ sender }}: {% endif %}'
const signed = '{{ sender }}'

/**
 * The words that every installation begins with. Texts keep to the signs of GSM-7 (no á, ê or ç), as one other halves what a
 * part holds.
 */
export const shippedTemplate: MessageTemplate = {
  first: [
    sms(
      'en',
      `${from}Your internet service{% if site != "" %} ({{ site }}){% endif %} is interrupted since {{ began }}. We are on it and will text you when it is back. Reply STOP for no more texts.`,
    ),
    sms(
      'es',
      `${from}Su servicio de internet{% if site != "" %} ({{ site }}){% endif %} no funciona desde: {{ began }}. Ya trabajamos en ello y le avisaremos cuando vuelva. Responda STOP para no recibir SMS.`,
    ),
    sms(
      'fr',
      `${from}Votre internet{% if site != "" %} ({{ site }}){% endif %} est en panne depuis {{ began }}. Nous y travaillons et vous dirons quand il sera de retour. STOP pour ne plus recevoir de SMS.`,
    ),
    sms(
      'de',
      `${from}Ihr Internet{% if site != "" %} ({{ site }}){% endif %} ist seit {{ began }} gestört. Wir arbeiten daran und melden uns, wenn es wieder läuft. Antworten Sie STOP, um keine SMS zu erhalten.`,
    ),
    email(
      'en',
      'Your internet service is interrupted',
      'Hello {{ client.name }},',
      'your internet service{% if site != "" %} ({{ site }}){% endif %} is interrupted since {{ began }}. We know of it and are working on it. You need not do anything.',
      'We will write again when it is back.',
      signed,
    ),
    email(
      'es',
      'Su servicio de internet está interrumpido',
      'Hola {{ client.name }}:',
      'Su servicio de internet{% if site != "" %} ({{ site }}){% endif %} está interrumpido desde: {{ began }}. Lo sabemos y estamos trabajando en ello. No tiene que hacer nada.',
      'Le escribiremos cuando funcione de nuevo.',
      signed,
    ),
    email(
      'fr',
      'Votre accès internet est interrompu',
      'Bonjour {{ client.name }},',
      'votre accès internet{% if site != "" %} ({{ site }}){% endif %} est interrompu depuis {{ began }}. Nous le savons et nous y travaillons. Vous n’avez rien à faire.',
      'Nous vous écrirons dès qu’il sera rétabli.',
      signed,
    ),
    email(
      'de',
      'Ihr Internet ist gestört',
      'Guten Tag {{ client.name }},',
      'Ihr Internet{% if site != "" %} ({{ site }}){% endif %} ist seit {{ began }} gestört. Wir wissen davon und arbeiten daran. Sie müssen nichts tun.',
      'Wir schreiben Ihnen, sobald es wieder läuft.',
      signed,
    ),
  ],
  follow_up: [
    sms(
      'en',
      `${from}Your internet service is back since {{ ended }}. It was out for {{ lasted }}. Thank you for waiting.`,
    ),
    sms(
      'es',
      `${from}Su servicio de internet funciona de nuevo desde: {{ ended }}. Estuvo fuera {{ lasted }}. Gracias por esperar.`,
    ),
    sms(
      'fr',
      `${from}Votre internet est de retour depuis {{ ended }}, après {{ lasted }} de panne. Merci de votre patience.`,
    ),
    sms(
      'de',
      `${from}Ihr Internet läuft wieder seit {{ ended }}. Die Störung dauerte {{ lasted }}. Danke für Ihre Geduld.`,
    ),
    email(
      'en',
      'Your internet service is back',
      'Hello {{ client.name }},',
      'your internet service is back since {{ ended }}. It was out for {{ lasted }}. Should anything still not work, please answer this mail.',
      signed,
    ),
    email(
      'es',
      'Su servicio de internet funciona de nuevo',
      'Hola {{ client.name }}:',
      'Su servicio de internet funciona de nuevo desde: {{ ended }}. Estuvo interrumpido {{ lasted }}. Si algo sigue sin funcionar, responda a este correo.',
      signed,
    ),
    email(
      'fr',
      'Votre accès internet est rétabli',
      'Bonjour {{ client.name }},',
      'votre accès internet est rétabli depuis {{ ended }}, après {{ lasted }} d’interruption. Si quelque chose ne fonctionne pas encore, répondez à ce message.',
      signed,
    ),
    email(
      'de',
      'Ihr Internet läuft wieder',
      'Guten Tag {{ client.name }},',
      'Ihr Internet läuft wieder seit {{ ended }}. Die Störung dauerte {{ lasted }}. Sollte noch etwas nicht gehen, antworten Sie bitte auf diese Nachricht.',
      signed,
    ),
  ],
}

/** The words for a language: its own, those of the language without its country (es-MX: es), English, else any; null: none for this medium. */
export function wordsFor(all: readonly MessageWords[], medium: MessageMedium, language: string): MessageWords | null {
  const usable = all.filter((words) => words.medium === medium)
  const wanted = language.toLowerCase()
  const base = wanted.split('-', 1)[0] ?? ''
  const by = (tag: string) => usable.find((words) => words.language.toLowerCase() === tag)
  return by(wanted) ?? by(base) ?? by('en') ?? usable[0] ?? null
}

/** An instant as a client reads it, in its language and zone, with the day where that is not the day of `now`. Epoch ms. */
export function instantWords(at: number, now: number, { language, zone }: { language: string; zone: string }): string {
  const { time, date, day } = formatsOf(language, zone)
  return day.format(at) === day.format(now) ? time.format(at) : `${date.format(at)}, ${time.format(at)}`
}

type Formats = Record<'time' | 'date' | 'day', Intl.DateTimeFormat>
const formats = new Map<string, Formats>()
const mostFormats = 500

/** Making one takes longer than the rest of a message. */
function formatsOf(language: string, zone: string): Formats {
  const key = `${language} ${zone}`
  const known = formats.get(key)
  if (known) return known
  const [tag, timeZone] = [knownLanguage(language), knownZone(zone)]
  const made = {
    time: new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit', timeZone }),
    date: new Intl.DateTimeFormat(tag, { weekday: 'short', day: 'numeric', month: 'short', timeZone }),
    day: new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone }),
  }
  if (formats.size >= mostFormats) formats.clear()
  formats.set(key, made)
  return made
}

/** A length of time in signs that all languages share: "14 min", "2 h 5 min". */
export function lastedWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  const rest = minutes % 60
  if (minutes < 60) return `${minutes} min`
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

function knownZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

function knownLanguage(tag: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag)[0] ?? 'en'
  } catch {
    return 'en' // no language tag at all
  }
}
