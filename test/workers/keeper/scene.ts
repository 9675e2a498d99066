import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import type { Sql } from 'postgres'
import { encrypt } from '@/lib/secrets'
import { publish } from '@/lib/store/publish'
import { vapidKeys } from '@/lib/store/settings'
import { runKeeper } from '@/workers/keeper/run'
import type { startPushService } from '../../push/push-service.mjs'

type Service = Awaited<ReturnType<typeof startPushService>>

export const quiet = pino({ level: process.env.TEST_LOG ?? 'silent' })

/** Waits until `ask` gives something true, at most `ms`: long enough for a loaded machine. */
export async function until<T>(what: string, ask: () => T | Promise<T>, ms = 75_000): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`Waited ${ms} ms for ${what}`)
    await sleep(20)
  }
}

let people = 0
export async function addUser(sql: Sql, name = `Anna ${++people}`): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into users (email, name, password_hash) values (${`${randomUUID()}@example.net`}, ${name}, 'x') returning id`
  return row?.id ?? 0
}

export async function addDevice(sql: Sql, name: string, upstream: number[] = [], site?: string): Promise<number> {
  const [siteRow] = site
    ? await sql<{ id: number }[]>`
        insert into sites (name) values (${site}) on conflict (name) do update set name = excluded.name returning id`
    : []
  const [row] = await sql<{ id: number }[]>`
    insert into targets (kind, name, site_id, status) values ('device', ${name}, ${siteRow?.id ?? null}, 'up') returning id`
  const id = row?.id ?? 0
  await sql`insert into devices (id, address) values (${id}, ${`10.0.0.${id % 250}`})`
  for (const above of upstream) await sql`insert into upstream_edges (device_id, upstream_id) values (${id}, ${above})`
  return id
}

/** A stub subscription of the push service, kept as one of the user's devices. */
export async function addPhone(sql: Sql, service: Service, userId: number, name = 'Pixel') {
  const { publicKey } = await vapidKeys()
  const stub = service.createStub({ key: publicKey })
  const deviceKey = randomUUID()
  const [row] = await sql<{ id: number }[]>`
    insert into push_devices (user_id, device_key, name, endpoint, p256dh, auth, vapid_key)
    values (${userId}, ${deviceKey}, ${name}, ${stub.endpoint}, ${stub.keys.p256dh}, ${encrypt(stub.keys.auth)}, ${publicKey})
    returning id`
  return { id: row?.id ?? 0, deviceKey, stub, messages: () => textsOf(service, stub.id) }
}

export type Received = {
  notification: {
    title: string
    body: string
    tag: string
    navigate: string
    data: { delivery_id: number; incident_id: number | null; event: string; open_incidents: number }
    actions: { action: string }[]
  }
}
export const textsOf = (service: Service, stubId: string): Received['notification'][] =>
  service.stubMessages(stubId).map((got: { text?: string }) => (JSON.parse(got.text ?? '{}') as Received).notification)

export const ago = (seconds: number) => new Date(Date.now() - seconds * 1000)

/** What the gate does when a target went dark, `beganAgo` seconds ago. */
export async function goDark(sql: Sql, targetId: number, beganAgo = 3): Promise<number> {
  return sql.begin(async (tx) => {
    const [row] = await tx<{ id: number }[]>`
      insert into outages (target_id, began_at, isolated_at, opened_evidence)
      values (${targetId}, ${ago(beganAgo)}, ${ago(Math.max(0, beganAgo - 3))}, '{}') returning id`
    await tx`update targets set status = 'down', status_since = ${ago(beganAgo)} where id = ${targetId}`
    const id = row?.id ?? 0
    await publish(tx, [{ type: 'outage.opened', at: new Date(), targetId, incidentId: null, body: { outage_id: id } }])
    return id
  })
}

/** What the gate does when it answered again, `endedAgo` seconds ago. */
export async function comeBack(sql: Sql, targetId: number, endedAgo = 0): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`update outages set ended_at = greatest(${ago(endedAgo)}, began_at) where target_id = ${targetId} and ended_at is null`
    await tx`update targets set status = 'up' where id = ${targetId}`
    await publish(tx, [{ type: 'outage.resolved', at: new Date(), targetId, incidentId: null, body: {} }])
  })
}

/** A keeper in this process; `stop` ends it and waits. */
export async function startKeeper(
  url: string,
  service: Service,
  options: { leaseMs?: number; attemptMs?: number; name?: string; checkSeconds?: number; selfCheckMs?: number } = {},
) {
  const stopping = new AbortController()
  const vapid = { subject: 'mailto:operator@example.net', ...(await vapidKeys()) }
  const running = runKeeper({
    databaseUrl: url,
    siteUrl: 'https://beatline.example.net',
    senders: { web_push: { vapid, allowPrivate: true, agent: service.agent } },
    log: quiet,
    signal: stopping.signal,
    ...options,
  })
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
