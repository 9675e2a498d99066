import type { Sql } from 'postgres'
import { encrypt } from '@/lib/secrets'
import { openSource, type SourceConfigs } from '@/lib/sources/open-source'
import type { SourceDevice, SourcePoll } from '@/lib/sources/records'
import { isFault } from '@/lib/sources/source'
import { type SourcesPollOptions, sourcesPoll } from '@/workers/keeper/sources-poll'
import { apiToken } from '../../sources/uisp-stand-in'
import { quiet } from './scene'

process.env.SECRET_KEY ??= 'a key for the tests, of more than 32 characters'

export type SourceRules = {
  misses?: number
  polls?: number
  revive?: number
  faultPolls?: number
  pollSeconds?: number
}

export async function addSource(sql: Sql, config: object, rules: SourceRules = {}, name = 'UISP'): Promise<number> {
  const { misses = 2, polls = 3, revive = 2, faultPolls = 2, pollSeconds = 60 } = rules
  const [row] = await sql<{ id: number }[]>`
    insert into sources (kind, name, config, isolate_misses, isolate_polls, revive_polls, fault_polls, poll_seconds, history_read_at)
    values ('uisp', ${name}, ${encrypt(JSON.stringify(config))}, ${misses}, ${polls}, ${revive}, ${faultPolls}, ${pollSeconds}, now())
    returning id`
  return row?.id ?? 0
}
export const uispAt = (url: string): SourceConfigs['uisp'] => ({ url, token: apiToken })

/** Takes over what a source lists, in the shortest way: devices that nothing pings, and what they hang on. Key -> id. */
export async function takeOver(
  sql: Sql,
  sourceId: number,
  config: SourceConfigs['uisp'],
): Promise<Map<string, number>> {
  const source = openSource('uisp', config, { signal: new AbortController().signal })
  const snapshot = await source.snapshot()
  await source.close()
  if (isFault(snapshot)) throw new Error(snapshot.words)
  return addListed(sql, sourceId, snapshot.devices)
}

export async function addListed(
  sql: Sql,
  sourceId: number,
  devices: readonly Pick<SourceDevice, 'key' | 'mac' | 'name' | 'role' | 'upstreamKeys'>[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  for (const device of devices) {
    const name = [...ids].length > 0 && device.name === '' ? device.key : device.name
    const [row] = await sql<{ id: number }[]>`
      insert into targets (kind, name, status) values ('device', ${name}, 'new')
      on conflict (kind, name) do update set updated_at = now() returning id`
    const id = row?.id ?? 0
    ids.set(device.key, id)
    await sql`
      insert into devices (id, address, role, pinged) values (${id}, '', ${device.role}, false) on conflict (id) do nothing`
    await sql`
      insert into source_records (source_id, kind, key, mac, name, device_id, record, seen_at)
      values (${sourceId}, 'device', ${device.key}, ${device.mac}, ${name}, ${id}, '{}', now())`
  }
  for (const device of devices)
    for (const up of device.upstreamKeys)
      if (ids.has(up))
        await sql`
          insert into upstream_edges (device_id, upstream_id, provenance)
          values (${ids.get(device.key) ?? 0}, ${ids.get(up) ?? 0}, 'imported') on conflict do nothing`
  return ids
}

/** A keeper's part that polls, whose every answer is written down; `clock` says when they were given, else they do. */
export function poller(sql: Sql, options: Partial<SourcesPollOptions> = {}) {
  const stopping = new AbortController()
  const answers: SourcePoll[] = []
  const open = ((...asked: Parameters<typeof openSource>) => {
    const source = (options.open ?? openSource)(...asked)
    const { poll } = source
    if (!poll) return source
    return {
      ...source,
      poll: async () => {
        const answer = await poll()
        const told = isFault(answer) || !options.clock ? answer : { ...answer, answeredAt: options.clock() }
        if (!isFault(told)) answers.push(told)
        return told
      },
    }
  }) as typeof openSource
  const polls = sourcesPoll({ log: quiet, signal: stopping.signal, ...options, open })
  return {
    answers,
    step: polls.step,
    settled: polls.settled,
    stopping,
    /** A minute passes, and every source is asked once. */
    async poll(times = 1) {
      for (let i = 0; i < times; i++) {
        await sql`update sources set next_poll_at = now() - interval '1 second' where enabled`
        await polls.step()
        await polls.settled()
      }
    },
    async stop() {
      stopping.abort()
      await polls.idle()
    },
  }
}
