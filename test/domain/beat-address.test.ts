import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Asked, type House, type Request, readBeatAddress } from '@/lib/domain/beat-address'

const uuid = '6C84FB90-12c4-11e1-840d-7b25c5ee775a'
const token = '6c84fb9012c411e1840d7b25c5ee775a'
const rid = '0f8fad5b-d9cb-469f-a165-70867728950e'
const key = 'k3ypa7h2222222222222abcd'
const aliases = new Set(['c2354d53d2', 'Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8', 'settings', 'qwertyuiop12345'])
const house: House = { pingKey: key, hasAlias: (text) => aliases.has(text) || text === token }

const ask = (url: string, request: Partial<Request> = {}) => readBeatAddress({ method: 'GET', url, ...request }, house)

/** What an address asks in one line: dialect, job, signal, exit status, and what else it says. */
function told(asked: Asked | null): string {
  if (asked === null) return 'not ours'
  if (asked.kind === 'refused') return `${asked.dialect} refuses: ${asked.why}`
  if (asked.kind !== 'beat') return 'name' in asked ? `${asked.kind} ${asked.name}` : asked.kind
  const job = asked.job.by === 'token' ? asked.job.token : `${asked.job.name}${asked.job.create ? ' or new' : ''}`
  const said = [
    asked.exitStatus === null ? '' : `exit ${asked.exitStatus}`,
    asked.run === null ? '' : `run ${asked.run}`,
    asked.message === null ? '' : `"${asked.message}"`,
    asked.durationMs === null ? '' : `${asked.durationMs} ms`,
    asked.limits === null ? '' : `${asked.limits.warning}/${asked.limits.error}`,
  ]
  return [asked.dialect, job, asked.signal, ...said].filter((part) => part !== '').join(' ')
}

describe('an address asks, in the dialect of', () => {
  test.each([
    // Healthchecks, self-hosted and hosted
    [`/ping/${uuid}`, `healthchecks ${token} success`],
    [`/ping/${uuid}/`, `healthchecks ${token} success`],
    [`/ping/${uuid}/start`, `healthchecks ${token} start`],
    [`/ping/${uuid}/fail`, `healthchecks ${token} fail`],
    [`/ping/${uuid}/log`, `healthchecks ${token} log`],
    [`/ping/${uuid}/0`, `healthchecks ${token} success exit 0`],
    [`/ping/${uuid}/255`, `healthchecks ${token} fail exit 255`],
    [`/ping/${uuid}/start?rid=${rid.toUpperCase()}`, `healthchecks ${token} start run ${rid}`],
    [`/ping/${uuid}/256`, 'healthchecks refuses: invalid_url'],
    [`/ping/${uuid}/-1`, 'healthchecks refuses: invalid_url'],
    [`/ping/${uuid}/begin`, 'healthchecks refuses: invalid_url'],
    [`/ping/${uuid}/fail/now`, 'healthchecks refuses: invalid_url'],
    [`/ping/${uuid}?rid=7`, 'healthchecks refuses: invalid_uuid'],
    [`/ping/${uuid.slice(0, -1)}z`, 'healthchecks refuses: invalid_uuid'],
    ['/ping/nonsense', 'healthchecks refuses: invalid_url'],
    ['/ping', 'healthchecks refuses: invalid_url'],
    [`/${uuid}`, `healthchecks ${token} success`],
    [`/${uuid}/start?rid=${rid}`, `healthchecks ${token} start run ${rid}`],
    [`/${uuid}/7`, `healthchecks ${token} fail exit 7`],
    [`/${token}`, `healthchecks ${token} success`],
    [`/ping/${key}/db-backup`, 'healthchecks db-backup success'],
    [`/ping/${key}/db-backup/fail?rid=${rid}`, `healthchecks db-backup fail run ${rid}`],
    [`/ping/${key}/db-backup/3?create=1`, 'healthchecks db-backup or new fail exit 3'],
    [`/ping/${key}/db-backup?create=0`, 'healthchecks db-backup success'],
    [`/ping/${key}/Nightly%20job`, 'healthchecks Nightly job success'],
    [`/ping/${key}/Nightly%20job?create=1`, 'healthchecks refuses: invalid_url'],
    [`/ping/${key}/%E0%A4%A`, 'healthchecks refuses: invalid_url'],
    [`/ping/${key}`, 'healthchecks refuses: invalid_url'],
    [`/ping/another-key-of-22-chars/db`, 'healthchecks refuses: not_found'],
    [`/${key}/db-backup/start`, 'healthchecks db-backup start'],
    // ours
    [`/heartbeat/${uuid}`, `own ${token} success`],
    [
      `/heartbeat/${uuid}?msg=two+words%21&status=ok&duration=1500&rid=run+7`,
      `own ${token} success run run 7 "two words!" 1500 ms`,
    ],
    [`/heartbeat/${uuid}?status=fail`, `own ${token} fail`],
    [`/heartbeat/${uuid}?status=12`, `own ${token} fail exit 12`],
    [`/heartbeat/${uuid}?status=0`, `own ${token} success exit 0`],
    [`/heartbeat/${uuid}?status=300`, 'own refuses: invalid'],
    [`/heartbeat/${uuid}?status=__proto__`, 'own refuses: invalid'],
    [`/heartbeat/${uuid}?duration=-3`, 'own refuses: invalid'],
    [`/heartbeat/${uuid}?rid=${'r'.repeat(201)}`, 'own refuses: invalid'],
    [`/heartbeat/${uuid}/start`, `own ${token} start`],
    ['/heartbeat/7', 'own refuses: invalid_uuid'],
    [`/heartbeat/${uuid}/script.sh`, 'script'],
    [`/heartbeat/${uuid}/crontab`, 'script'],
    [`/badge/${uuid}.svg`, 'badge'],
    // Uptime Kuma
    ['/api/push/qwertyuiop12345?status=up&msg=OK&ping=', 'kuma qwertyuiop12345 success "OK"'],
    ['/api/push/qwertyuiop12345', 'kuma qwertyuiop12345 success "OK"'],
    ['/api/push/qwertyuiop12345?status=down&msg=no+disk&ping=17.4', 'kuma qwertyuiop12345 fail "no disk" 17 ms'],
    ['/api/push/qwertyuiop12345?status=UP', 'kuma qwertyuiop12345 fail "OK"'],
    ['/api/push/x?ping=100000000001', 'kuma refuses: invalid_ping'],
    ['/api/push/x?ping=-1', 'kuma refuses: invalid_ping'],
    ['/api/push/x?ping=fast', 'kuma x success "OK"'],
    // Dead Man's Snitch
    ['/snitch/c2354d53d2?m=all%20well', 'snitch c2354d53d2 success "all well"'],
    ['/c2354d53d2?m=failed&s=2', 'snitch c2354d53d2 fail exit 2 "failed"'],
    ['/c2354d53d2?s=0', 'snitch c2354d53d2 success exit 0'],
    ['/c2354d53d2?s=', 'snitch c2354d53d2 success'],
    ['/c2354d53d2?s=oops', 'snitch c2354d53d2 fail'],
    ['/c2354d53d2/more', 'snitch refuses: not_found'],
    // Cronitor, its address and that of its clients
    [`/p/${key}/nightly?state=run`, 'cronitor nightly or new start'],
    [`/p/${key}/nightly/complete`, 'cronitor nightly or new success'],
    [`/p/${key}/nightly?state=fail&message=no%20disk&status_code=3`, 'cronitor nightly or new fail exit 3 "no disk"'],
    [
      `/p/${key}/nightly?state=ok&series=abc&duration=1.5&env=prod&host=a`,
      'cronitor nightly or new success run abc 1500 ms',
    ],
    [`/p/${key}/nightly`, 'cronitor nightly or new success'],
    [`/ping/${key}/nightly?state=complete&series=9&stamp=1790000000.1`, 'cronitor nightly or new success run 9'],
    [`/p/${key}/nightly?state=constructor`, 'cronitor refuses: invalid'],
    ['/p/other/nightly?state=run', 'cronitor refuses: not_found'],
    [`/p/${key}`, 'cronitor refuses: not_found'],
    // Better Stack
    ['/api/v1/heartbeat/Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8', 'better_stack Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8 success'],
    ['/api/v1/heartbeat/Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8/fail', 'better_stack Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8 fail'],
    ['/api/v1/heartbeat/Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8/9', 'better_stack Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8 fail exit 9'],
    ['/api/v1/heartbeat/x/start', 'better_stack refuses: not_found'],
    // pages and interfaces of ours
    ['/', 'not ours'],
    ['/settings', 'not ours'],
    ['/jobs/7', 'not ours'],
    ['/api/applications', 'not ours'],
    ['/api/push/subscriptions', 'not ours'],
    ['/api/push/subscriptions/7/test', 'not ours'],
    ['/api/push/receipts', 'not ours'],
    ['/api/push/key', 'not ours'],
    ['/api/push', 'not ours'],
    ['/api/v1/heartbeat', 'not ours'],
    ['/c9999d99d9', 'not ours'],
    ['/_next/static/c2354d53d2', 'not ours'],
  ])('%s', (url, expected) => expect(told(ask(url))).toBe(expected))
})

describe('heartbeat.sh', () => {
  const withKey = { authorization: `Bearer ${key}` }
  test.each<[string, Partial<Request>, string]>([
    ['/beat/backup?warning=120&error=300', withKey, 'heartbeat_sh backup or new success 120/300'],
    ['/beat/backup?warning=1d2h3m4s&error=4d3h2m1s', withKey, 'heartbeat_sh backup or new success 93784/356521'],
    ['/beat/example:docs', withKey, 'heartbeat_sh example:docs or new success null/null'],
    [`/beat/backup?key=${key}`, {}, 'heartbeat_sh backup or new success null/null'],
    ['/beat/backup', { host: `${key.toUpperCase()}.example.net:3000` }, 'heartbeat_sh backup or new success null/null'],
    ['/beat/backup', { authorization: `Basic ${btoa(`${key}:`)}` }, 'heartbeat_sh backup or new success null/null'],
    ['/beat/backup', { authorization: `basic ${btoa(`me:${key}`)}` }, 'heartbeat_sh backup or new success null/null'],
    ['/beat/backup', { authorization: 'Basic \u00ff' }, 'heartbeat_sh refuses: wrong_key'],
    ['/beat/backup', { authorization: 'Bearer nope' }, 'heartbeat_sh refuses: wrong_key'],
    ['/beat/backup', {}, 'heartbeat_sh refuses: wrong_key'],
    ['/beat/back%20up', withKey, 'heartbeat_sh refuses: invalid'],
    ['/beat/backup?warning=soon', withKey, 'heartbeat_sh refuses: invalid'],
    ['/beat/backup?warning=0', withKey, 'heartbeat_sh refuses: invalid'],
    ['/beat/backup', { ...withKey, method: 'PUT' }, 'heartbeat_sh backup or new success null/null'],
    ['/beat/backup', { ...withKey, method: 'DELETE' }, 'remove backup'],
    ['/heartbeats', withKey, 'list'],
    ['/heartbeats/text', withKey, 'list'],
    ['/heartbeats/xml', withKey, 'heartbeat_sh refuses: not_found'],
    ['/heartbeats', {}, 'heartbeat_sh refuses: wrong_key'],
    ['/heartbeats', { ...withKey, method: 'POST' }, 'heartbeat_sh refuses: method'],
  ])('%s %j', (url, request, expected) => expect(told(ask(url, request))).toBe(expected))
})

describe('methods', () => {
  test.each([
    ['HEAD', `/ping/${uuid}`, `healthchecks ${token} success`],
    ['POST', `/ping/${uuid}`, `healthchecks ${token} success`],
    ['PUT', `/ping/${uuid}`, 'healthchecks refuses: method'],
    ['DELETE', `/heartbeat/${uuid}`, 'own refuses: method'],
    ['PUT', '/api/push/x', 'kuma x success "OK"'],
    ['OPTIONS', `/ping/${uuid}`, 'preflight'],
    ['OPTIONS', '/beat/backup', 'preflight'],
    ['OPTIONS', '/jobs', 'not ours'],
  ])('%s %s', (method, url, expected) => expect(told(ask(url, { method }))).toBe(expected))
})

describe('whatever is asked', () => {
  const words = [
    'ping',
    'heartbeat',
    'api',
    'push',
    'v1',
    'beat',
    'heartbeats',
    'snitch',
    'p',
    uuid,
    key,
    'start',
    '255',
    '',
  ]
  const part = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 20 }), fc.constant('%E0%A4%A'))
  const query = fc.dictionary(
    fc.constantFrom(
      'rid',
      'create',
      'state',
      'status',
      'm',
      's',
      'ping',
      'warning',
      'error',
      'duration',
      'series',
      'key',
    ),
    fc.string({ maxLength: 30 }),
  )

  test('it is answered without a throw, and a beat stays within its bounds', () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }),
        query,
        fc.constantFrom('GET', 'PUT', 'POST'),
        (parts, said, method) => {
          const asked = ask(`/${parts.join('/')}?${new URLSearchParams(said)}`, { method })
          if (asked?.kind !== 'beat') return
          expect(asked.exitStatus ?? 0).toBeGreaterThanOrEqual(0)
          expect(asked.exitStatus ?? 0).toBeLessThanOrEqual(255)
          expect(asked.run?.length ?? 0).toBeLessThanOrEqual(200)
          expect(asked.durationMs ?? 0).toBeGreaterThanOrEqual(0)
          if (asked.exitStatus !== null && asked.dialect !== 'cronitor')
            expect(asked.signal).toBe(asked.exitStatus === 0 ? 'success' : 'fail')
          if (asked.job.by === 'name') expect(asked.job.name).not.toBe('')
        },
      ),
    )
  })

  test('without a ping key nothing is found by name', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), query, (parts, said) => {
        const keyless = { pingKey: null, hasAlias: () => false }
        const url = `/${parts.join('/')}?${new URLSearchParams(said)}`
        const asked = readBeatAddress({ method: 'GET', url, authorization: 'Bearer ', host: '' }, keyless)
        expect(asked?.kind === 'beat' && asked.job.by === 'name').toBe(false)
        expect(asked?.kind === 'remove' || asked?.kind === 'list').toBe(false)
      }),
    )
  })
})
