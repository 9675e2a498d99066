import { randomUUID } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Sql } from 'postgres'
import { onTestFinished } from 'vitest'
import type { MediumKind } from '@/lib/delivery/channels'
import { createHttp } from '@/lib/delivery/http'
import type { NoticeEvent, NoticeFacts } from '@/lib/domain/message'
import { sealConfig } from '@/lib/store/channel-secrets'
import type { ChannelFailed } from '@/lib/store/channel-settling'
import { type ChannelDeliveryOptions, channelDelivery } from '@/workers/keeper/channel-delivery'
import { Bell } from '@/workers/keeper/loop'
import { quiet } from './scene'

export type Payload = {
  type: string
  data: { key: string; sequence: number; title: string; body: string; late: string | null } & Record<string, unknown>
}
type Answer = { status: number; headers?: Record<string, string>; hang?: boolean }

/** A medium on loopback that takes what it is sent, until it is told to answer otherwise, or to refuse connections. */
export class StandInMedium {
  readonly got: { path: string; method: string; id: string; payload: Payload }[] = []
  taken: Payload[] = []
  answer: Answer = { status: 200 }
  port = 0
  #server: Server | null = null

  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => {
        body += chunk
      })
      request.on('end', () =>
        this.#reply(request.url ?? '', request.method ?? '', `${request.headers['webhook-id']}`, body, response),
      )
    })
    this.#server = server
    await new Promise<void>((ready) => server.listen(this.port, '127.0.0.1', ready))
    this.port = (server.address() as AddressInfo).port
  }

  #reply(path: string, method: string, id: string, body: string, response: ServerResponse): void {
    const payload: Payload = JSON.parse(body || '{}')
    this.got.push({ path, method, id, payload })
    const { status, headers = {}, hang } = this.answer
    if (hang) return
    if (status < 300) this.taken.push(payload)
    response.writeHead(status, headers).end(JSON.stringify({ id: `${this.got.length}`, message: 'as told' }))
  }

  /** Connections are refused from now on. */
  async refuse(): Promise<void> {
    const server = this.#server
    this.#server = null
    server?.closeAllConnections()
    await new Promise<void>((closed) => (server ? server.close(() => closed()) : closed()))
  }

  url = (path = '/hook') => `http://127.0.0.1:${this.port}${path}`
  titles = () => this.taken.map(({ data }) => data.title)
}

export async function standInMedium(): Promise<StandInMedium> {
  const medium = new StandInMedium()
  await medium.listen()
  onTestFinished(() => medium.refuse())
  return medium
}

export async function addChannel(sql: Sql, kind: MediumKind, config: object): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into channels (kind, name, config) values (${kind}, ${`${kind} ${randomUUID().slice(0, 8)}`}, ${sealConfig({ ...config })})
    returning id`
  return row?.id ?? 0
}

export async function addIncident(sql: Sql, name: string, openedAt: Date): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into incidents (kind, root_name, opened_at) values ('down', ${name}, ${openedAt}) returning id`
  return row?.id ?? 0
}

/** What the policy writes when it decides to tell a channel: its next message of the incident. An end ends the incident. */
export async function tellChannel(
  sql: Sql,
  { channelId, incidentId, event, at }: { channelId: number; incidentId: number; event: NoticeEvent; at: Date },
): Promise<void> {
  await sql.begin(async (tx) => {
    if (event === 'resolved') await tx`update incidents set resolved_at = ${at} where id = ${incidentId}`
    const [incident] = await tx<{ name: string; openedAt: Date }[]>`
      select root_name as name, opened_at as "openedAt" from incidents where id = ${incidentId}`
    const facts: NoticeFacts = {
      kind: 'down',
      event,
      name: incident?.name ?? '',
      site: null,
      began_at: (incident?.openedAt ?? at).toISOString(),
      ended_at: event === 'resolved' ? at.toISOString() : null,
      tell_from: at.toISOString(),
    }
    await tx`
      with n as (
        insert into notices (incident_id, channel_id, sequence) values (${incidentId}, ${channelId}, 1)
        on conflict (incident_id, channel_id) do update set sequence = notices.sequence + 1 returning id, sequence
      )
      insert into channel_deliveries (channel_id, notice_id, event, sequence, message, created_at, due_at)
      select ${channelId}, id, ${event}, sequence, ${tx.json(facts)}, ${at}, ${at} from n`
  })
}

/** An outbox whose clock is moved by hand. `failed`: what it could not tell: [channel, incident]. */
export function outboxAt(start: Date, options: Partial<ChannelDeliveryOptions> = {}) {
  const clock = { now: start }
  const failed: [number, number][] = []
  const channelFailed: ChannelFailed = async (_, channelId, incidentId) => void failed.push([channelId, incidentId])
  const http = options.http ?? createHttp({ allowPrivate: true, timeoutMs: 1000 })
  if (!options.http) onTestFinished(() => http.close())
  const outbox = channelDelivery({
    http,
    house: null,
    siteUrl: 'https://beatline.example.net',
    bell: new Bell(),
    log: quiet,
    channelFailed,
    random: () => 0,
    now: () => clock.now,
    ...options,
  })
  /** Works until nothing more is to be sent at this moment; returns after how many rounds. */
  async function settle(most = 100): Promise<void> {
    for (let round = 0; round < most; round++) {
      const before = await attemptsSoFar()
      await outbox.step()
      await outbox.idle()
      if ((await attemptsSoFar()) === before) return
    }
    throw new Error(`Still at work after ${most} rounds`)
  }
  const attemptsSoFar = async () => {
    const { sql } = await import('@/lib/store/database')
    const [row] = await sql<{ n: number }[]>`
      select (coalesce(sum(jsonb_array_length(attempts)), 0) + count(*))::int as n from channel_deliveries`
    return row?.n
  }
  return {
    outbox,
    failed,
    settle,
    now: () => clock.now,
    /** Moves the clock on, in steps of `stepMs`, working at each. */
    async pass(ms: number, stepMs = ms): Promise<void> {
      for (let left = ms; left > 0; left -= stepMs) {
        clock.now = new Date(clock.now.getTime() + Math.min(left, stepMs))
        await settle()
      }
    },
  }
}
