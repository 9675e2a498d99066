import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Sql } from 'postgres'
import { onTestFinished } from 'vitest'
import { createHttp } from '@/lib/delivery/http'
import { shippedTemplate } from '@/lib/domain/message-words'
import { createMessage, type NewMessage } from '@/lib/store/client-messages'
import { type ClientMessagesOptions, clientMessages } from '@/workers/keeper/client-messages'
import { Bell } from '@/workers/keeper/loop'
import { addDevice, quiet } from '../workers/keeper/scene'

export const account = {
  account_sid: 'AC00000000000000000000000000000001',
  auth_token: 'beatline-fixture-auth-token',
  from_number: '+14065550199',
}
export const siteUrl = 'https://beatline.example.net'
export const anna = { name: 'Anna', userId: null }

export type Text = { to: string; body: string; callback: string; sid: string; at: number }
let sids = 0
type Answer = { status: number; code?: number; message?: string; retryAfter?: number; hang?: boolean; drop?: boolean }

/** Twilio as far as texts go: it takes them, remembers each, and answers otherwise where it is told to. */
export class StandInTwilio {
  readonly texts: Text[] = []
  /** What it answers for a number; undefined: it takes the text. */
  answer: (to: string, count: number) => Answer | undefined = () => undefined
  port = 0
  asked = 0
  answersAfterMs = 0

  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => {
        body += chunk
      })
      request.on('end', () => {
        this.asked += 1
        const form = Object.fromEntries(new URLSearchParams(body))
        const to = form.To ?? ''
        const other = this.answer(to, this.texts.filter((text) => text.to === to).length)
        const sid = `SM${String(++sids).padStart(32, '0')}`
        const isTaken = !other || other.drop || other.hang || other.status < 300
        if (isTaken)
          this.texts.push({ to, body: form.Body ?? '', callback: form.StatusCallback ?? '', sid, at: Date.now() })
        if (other?.hang) return
        if (other?.drop) return void response.socket?.destroy()
        setTimeout(() => {
          response.writeHead(other?.status ?? 201, {
            'content-type': 'application/json',
            ...(other?.retryAfter ? { 'retry-after': `${other.retryAfter}` } : {}),
          })
          response.end(
            JSON.stringify(
              other
                ? { code: other.code, message: other.message, status: other.status }
                : { sid, status: 'queued', num_segments: '1' },
            ),
          )
        }, this.answersAfterMs)
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    this.port = (server.address() as AddressInfo).port
    this.close = () => {
      server.closeAllConnections()
      server.close()
    }
  }
  close: () => void = () => {}

  get url() {
    return `http://127.0.0.1:${this.port}`
  }
  get to() {
    return this.texts.map((text) => text.to).sort()
  }
}

export async function standInTwilio(): Promise<StandInTwilio> {
  const twilio = new StandInTwilio()
  await twilio.listen()
  onTestFinished(() => twilio.close())
  return twilio
}

/** A keeper's part that writes to clients, whose clock is moved by hand. */
export function outboxAt(start: Date, twilio: { url: string }, options: Partial<ClientMessagesOptions> = {}) {
  const clock = { now: start }
  const http = createHttp({ allowPrivate: true, timeoutMs: 1000, instead: { 'https://api.twilio.com': twilio.url } })
  onTestFinished(() => http.close())
  const outbox = clientMessages({
    http,
    house: null,
    account,
    siteUrl,
    bell: new Bell(),
    log: quiet,
    random: () => 0,
    now: () => clock.now,
    ...options,
  })
  return {
    clock,
    outbox,
    now: () => clock.now,
    /** Moves the clock on, a second at a time where anything is sent, and works. */
    async pass(seconds: number, stepSeconds = seconds): Promise<void> {
      for (let left = seconds; left > 0; left -= stepSeconds) {
        clock.now = new Date(clock.now.getTime() + Math.min(left, stepSeconds) * 1000)
        await outbox.step()
        await outbox.idle()
      }
    },
  }
}

let numbers = 100
const phone = () => `+1406555${String(++numbers).padStart(4, '0')}`

export type SceneClient = { id: number; name: string; phone: string | null; email: string | null; device: number }

/** A client with one contact, and a CPE of its own behind `upstream`. */
export async function addClient(
  sql: Sql,
  name: string,
  upstream: number | null,
  given: { phone?: string | null; email?: string | null; language?: string; smsAllowed?: boolean } = {},
): Promise<SceneClient> {
  const [row] = await sql<{ id: number }[]>`
    insert into clients (name, language, sms_allowed) values (${name}, ${given.language ?? 'en'}, ${given.smsAllowed ?? true}) returning id`
  const id = row?.id ?? 0
  const [number, email] = [given.phone === undefined ? phone() : given.phone, given.email ?? null]
  await sql`insert into client_contacts (client_id, phone, email) values (${id}, ${number}, ${email})`
  const device = await addDevice(sql, `CPE of ${name}`, upstream === null ? [] : [upstream])
  await sql`update devices set role = 'cpe', client_id = ${id} where id = ${device}`
  return { id, name, phone: number, email, device }
}

/** An incident whose root went dark at `at`, as the keeper files it. */
export async function openIncident(
  sql: Sql,
  rootId: number,
  name: string,
  at: Date,
  site = 'North Ridge',
): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into incidents (kind, target_id, root_name, site_name, opened_at) values ('down', ${rootId}, ${name}, ${site}, ${at})
    returning id`
  const id = row?.id ?? 0
  await addOutage(sql, rootId, id, at)
  return id
}

export async function addOutage(
  sql: Sql,
  targetId: number,
  incidentId: number | null,
  beganAt: Date,
  endedAt: Date | null = null,
) {
  await sql`
    insert into outages (target_id, incident_id, began_at, isolated_at, ended_at, opened_evidence)
    values (${targetId}, ${incidentId}, ${beganAt}, ${beganAt}, ${endedAt}, '{}')`
}

/** All of it answers again, and the incident is over. */
export async function endIncident(sql: Sql, id: number, at: Date): Promise<void> {
  await sql`update outages set ended_at = ${at} where incident_id = ${id} and ended_at is null`
  await sql`update incidents set resolved_at = ${at} where id = ${id}`
}

export const message = (incidentId: number, changed: Partial<NewMessage> = {}): NewMessage => ({
  incidentId,
  template: 'Outage',
  words: shippedTemplate,
  media: ['sms', 'email'],
  send: 'now',
  onlyIfDark: true,
  followUp: true,
  estimate: null,
  ...changed,
})

export const make = (incidentId: number, now: Date, changed: Partial<NewMessage> = {}) =>
  createMessage(message(incidentId, changed), anna, now)

export type RecipientRow = {
  client: string
  part: string
  state: string
  why: string | null
  medium: string | null
  address: string | null
  body: string | null
  identity: string
  provider: string | null
}

export const recipientsOf = (sql: Sql, messageId: number) => sql<RecipientRow[]>`
  select client_name as client, part, state, why, medium, address, body, identity, provider_id as provider
  from message_recipients where message_id = ${messageId} order by part, client_name`

export async function stateOf(sql: Sql, messageId: number) {
  const [row] = await sql<{ state: string; why: string | null }[]>`
    select state, why from client_messages where id = ${messageId}`
  return row
}
