export type Priority = 'critical' | 'normal' | 'low'

/** One notice as every medium needs it; made of an incident by lib/domain/message.ts. Instants are ISO 8601. */
export type Notice = {
  /** Identity of incident and channel, for life: `bl-<incident>-<channel>`. Push tag, dedup_key, stem of webhook-id and Message-ID. */
  key: string
  event: 'opened' | 'grew' | 'escalated' | 'reminded' | 'resolved' | 'test' | 'digest'
  /** 1, 2, ... of this identity; a retry keeps its number. */
  sequence: number
  /** "AP Ridge-3 is down: 41 clients, Acme Dental and 40 more" */
  title: string
  /** Plain text, a few lines. */
  body: string
  /** The incident's page. */
  url: string
  /** Signed, one use; null when there is nothing to acknowledge. */
  acknowledgeUrl: string | null
  priority: Priority
  /** Site, Since, Cause, Clients ...: for media with fields. */
  facts: { label: string; value: string }[]
  beganAt: string | null
  endedAt: string | null
  at: string
  name: string
  site: string | null
  kind: string
  incidentId: number | null
  /** Of one that ends as it is part of what befell this: it is still dark, so that nothing is green about it and nobody is called. */
  under?: string
  /** "12 min", when it is late. */
  late: string | null
  /** Everything that a template may use. */
  data: Record<string, unknown>
}

/** What a medium keeps of its first message so that the next can edit or thread it; null: none. JSON. */
export type Reference = Record<string, string> | null

/** status: what HTTP or SMTP said, null when neither did. answer: at most 500 characters, without secrets. */
export type Sent = { reference: Reference; status: number | null; answer: string }

/** True when someone has to look up now: what only updates or ends an incident mentions nobody and rings no second time. */
export function callsSomeone(event: Notice['event']): boolean {
  return event === 'opened' || event === 'escalated' || event === 'reminded' || event === 'test'
}

export type Tone = 'bad' | 'warning' | 'good' | 'plain'

/** How a notice looks where a medium has colours or signs. */
export function toneOf({ event, priority, under }: Pick<Notice, 'event' | 'priority' | 'under'>): Tone {
  if (under !== undefined) return 'warning'
  if (event === 'resolved') return 'good'
  if (event === 'test' || event === 'digest') return 'plain'
  return priority === 'low' ? 'warning' : 'bad'
}

/** A sign before the title where a medium has no colours. */
export const signs: Record<Tone, string> = { bad: '🔴', warning: '🟠', good: '🟢', plain: '🔵' }

/** The lines under the title: the body, and that it is late when it is. */
export function bodyText({ body, late }: Pick<Notice, 'body' | 'late'>): string {
  return [body, late === null ? '' : `Late by ${late}.`].filter((part) => part !== '').join('\n')
}
