import { fixture, fixtureBase, type Json, merged, shifted } from './fixtures'
import { type Asked, type Reply, type StandInServer, standInServer, type Tls } from './stand-in-server'

export * from './stand-in-server'

type Tick = {
  at: string
  label: string
  http: { status: number; contentType?: string; body?: unknown }
  patches: { id: string; name: string; patch: Json }[]
  remove?: string[]
}
export const scenario = fixture<{ ticks: Tick[] }>('uisp-scenario').ticks

export const apiToken = '00000000-0000-4000-8000-0000beef0002'
export const crmKey = 'crm-read-key-00000001'
export const credentials = { username: 'beatline', password: 'example-password' }
export const withSecondFactor = 'second-factor' // a user name
const loginToken = '00000000-0000-4000-8000-0000beef0001'

export type UispStandIn = StandInServer & {
  /** Which poll of the scenario /devices answers, 0 (as in the fixture) to 9. */
  play(tick: number): void
  /** Each answer of /devices goes on to the next poll; the last one stays. */
  playOn(): void
  tick(): number
  /** What /devices lists, instead of the scenario: entries, or the bytes of a body. Null: the scenario again. */
  list(devices: unknown[] | Buffer | null): void
  /** Changes what the other lists say: by their path, such as "sites". */
  set(path: 'sites' | 'data-links' | 'outages' | 'clients' | 'clients/services', items: unknown[]): void
  /** Tokens that were handed out by a login are refused from now on. */
  endSessions(): void
}

/** A UISP from the fixtures: NMS and CRM on one host, its times shifted to now (or to `now` where it is given). */
export async function uispStandIn({ tls, now = Date.now() }: { tls?: Tls; now?: number } = {}): Promise<UispStandIn> {
  const shift = now - fixtureBase
  const lists: Record<string, unknown[]> = {
    sites: shifted(fixture('uisp-sites'), shift),
    'data-links': shifted(fixture('uisp-data-links'), shift),
    outages: shifted(fixture<{ items: Json[] }>('uisp-outages').items, shift),
    clients: fixture('uisp-crm-clients'),
    'clients/services': fixture('uisp-crm-services'),
  }
  const base = shifted(fixture('uisp-devices'), shift)
  let [tick, isPlaying] = [0, false]
  let listed: unknown[] | Buffer | null = null
  let sessions = new Set<string>()

  const devices = (): Reply => {
    const played = scenario[tick]
    if (isPlaying) tick = Math.min(tick + 1, scenario.length - 1)
    if (listed) return { body: listed }
    const { status = 200, contentType, body } = played?.http ?? {}
    if (body !== undefined) return { status, body, headers: contentType ? { 'content-type': contentType } : {} }
    return { status, body: devicesAt(base, scenario.indexOf(played ?? (scenario[0] as Tick)), shift) }
  }
  const nms = (path: string, asked: Asked): Reply => {
    const token = `${asked.headers['x-auth-token'] ?? ''}`
    if (path === 'user/login') return logIn(asked, sessions)
    if (path === 'nms/version') return { body: { version: '2.4.206', deployment: 'docker', build: '1', time: 0 } }
    if (token !== apiToken && !sessions.has(token)) return problem(401, 'Unauthorized', 'Unauthorized')
    if (path === 'devices') return devices()
    if (path === 'outages') return outages(asked, lists.outages ?? [])
    if (path === 'sites') return { body: sites(asked, lists.sites ?? []) }
    return lists[path] && path !== 'clients' ? { body: lists[path] } : problem(404, 'Not Found', 'Not Found')
  }
  const crm = (path: string, asked: Asked): Reply => {
    if (asked.headers['x-auth-app-key'] !== crmKey) {
      return { status: 401, body: { code: 401, message: 'User authentication failed.' } }
    }
    if (path === 'version') return { body: { version: '4.4.30' } }
    const list = path.startsWith('clients') ? lists[path] : undefined
    if (!list) return { status: 404, body: { code: 404, message: 'Object is not found.' } }
    const offset = Number(asked.query.get('offset') ?? 0)
    return { body: list.slice(offset, offset + Number(asked.query.get('limit') ?? 10_000)) }
  }
  const answer = (asked: Asked): Reply => {
    const [, part, path = ''] = /^\/(nms\/api\/v2\.1|crm\/api\/v1\.0)\/(.+)$/.exec(asked.path) ?? []
    if (!part)
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>UISP</title>' }
    return part.startsWith('nms') ? nms(path, asked) : crm(path, asked)
  }

  const server = await standInServer(answer, tls ? { tls } : {})
  return {
    ...server,
    play: (to) => {
      tick = to
    },
    playOn: () => {
      isPlaying = true
    },
    tick: () => tick,
    list: (entries) => {
      listed = entries
    },
    set: (path, items) => {
      lists[path] = items
    },
    endSessions: () => {
      sessions = new Set()
    },
  }
}

/** The list of the scenario at this poll: its patches and removals up to there, in order. */
export function devicesAt(base: readonly Json[], tick: number, shift: number): Json[] {
  const patches = new Map<string, unknown>()
  const removed = new Set<string>()
  for (const one of scenario.slice(0, tick + 1)) {
    for (const { id, patch } of one.patches) patches.set(id, merged(patches.get(id) ?? {}, shifted(patch, shift)))
    for (const id of one.remove ?? []) removed.add(id)
  }
  return base.flatMap((entry) => {
    const id = String((entry.identification as Json | undefined)?.id)
    return removed.has(id) ? [] : [merged(entry, patches.get(id) ?? {}) as Json]
  })
}

const problem = (statusCode: number, error: string, message: string): Reply => ({
  status: statusCode,
  body: { statusCode, error, message },
})

function logIn({ method, body }: Asked, sessions: Set<string>): Reply {
  const [done, second] = fixture<{ body: unknown; headers: Record<string, string> }[]>('uisp-login')
  if (method !== 'POST') return problem(404, 'Not Found', 'Not Found')
  const { username, password } = JSON.parse(body || '{}') as Partial<typeof credentials>
  if (username === withSecondFactor) return { status: 201, body: second?.body }
  if (username !== credentials.username || password !== credentials.password) {
    return problem(401, 'Unauthorized', 'Invalid username or password.')
  }
  sessions.add(loginToken)
  return { body: done?.body, headers: done?.headers ?? {} }
}

function sites({ query }: Asked, all: readonly unknown[]): unknown[] {
  if (query.get('ucrmDetails') === 'true') return [...all]
  return all.map((site) => ({ ...(site as Json), ucrm: null }))
}

function outages({ query }: Asked, items: readonly unknown[]): Reply {
  const [page, count] = [Number(query.get('page') ?? 0), Number(query.get('count') ?? 0)]
  if (!(page >= 1)) return problem(400, 'Bad Request', '"page" is required')
  if (!(count >= 1)) return problem(400, 'Bad Request', '"count" is required')
  const pagination = { count, total: items.length, page, pages: Math.ceil(items.length / count) }
  const aggregation = { allCount: items.length, outageCount: items.length, unreachableCount: 0 }
  return { body: { pagination, aggregation, items: items.slice((page - 1) * count, page * count) } }
}
