import type { ServerResponse } from 'node:http'
import { type Health, readHealth } from '@/lib/store/health'

const staleKeeperMs = 30_000

/** `/health` and `/api/status`, answered without Next.js: 200 when the database answers and a keeper is at work. */
export async function answerHealth(response: ServerResponse, withStamp: boolean): Promise<void> {
  const health = await readHealth().catch(() => null)
  const { ok, body } = healthBody(health, new Date(), withStamp)
  const text = JSON.stringify(body)
  response.writeHead(ok ? 200 : 503, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  response.end(text)
}

/** `health` null: the database is away. */
export function healthBody(health: Health | null, now: Date, withStamp: boolean) {
  const cycleAt = health?.keeperCycleAt ?? null
  const keeperWorks = cycleAt !== null && now.getTime() - cycleAt.getTime() <= staleKeeperMs
  const ok = health !== null && keeperWorks
  const body = {
    status: ok ? 'OK' : health === null ? 'database away' : 'keeper away',
    database: health === null ? 'away' : 'ok',
    keeper: { last_cycle_at: cycleAt?.toISOString() ?? null },
    probes: (health?.probes ?? []).map((probe) => ({
      name: probe.name,
      connected: probe.connected,
      blind_since: probe.blindSince?.toISOString() ?? null,
      last_seen_at: probe.lastSeenAt?.toISOString() ?? null,
    })),
    ...(withStamp ? { last_good_cycle: cycleAt ? stamp(cycleAt) : null } : {}),
  }
  return { ok, body }
}

/** yyyymmddhhmmss, UTC */
export const stamp = (at: Date) => at.toISOString().replace(/[-:T]/g, '').slice(0, 14)
