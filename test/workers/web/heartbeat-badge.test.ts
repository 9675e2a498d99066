import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createJob } from '@/lib/store/job-writes'
import { answerBadge, answerScript } from '@/workers/web/heartbeat-badge'
import { testDatabase } from '../../setup/database'

describe('badges and scriptlets', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let server: Server
  let base = ''
  let job = { id: 0, uuid: '', badgeKey: '' }

  beforeAll(async () => {
    database = await testDatabase()
    server = createServer(async (request, response) => {
      const path = request.url?.split('?')[0] ?? '/'
      if (await answerBadge(request, response, path)) return
      if (await answerScript(request, response, path)) return
      response.writeHead(418).end()
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const made = await createJob({ name: 'prod.<db1>.backup', schedule: { kind: 'period', seconds: 300 }, zone: 'UTC' })
    if ('fault' in made) throw new Error(made.fault)
    job = made.job
    await database.sql`
      insert into beats (job_id, at, signal, timing) values (${job.id}, now() - interval '5 minutes', 'success', 'on_time'),
        (${job.id}, now(), 'missed', null)`
  })
  afterAll(async () => {
    await new Promise((done) => server.close(done))
    await database.stop()
  })

  test('a badge by its key or its address, for any page to show, and only sent when it changed', async () => {
    const [byKey, byUuid] = await Promise.all([
      fetch(`${base}/badge/${job.badgeKey}.svg?style=ekg`),
      fetch(`${base}/badge/${job.uuid}.svg?style=ekg`),
    ])
    const svg = await byKey.text()
    expect(svg).toContain('prod.&#60;db1&#62;.backup')
    expect(await byUuid.text()).toBe(svg)
    expect(byKey.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
    expect(byKey.headers.get('access-control-allow-origin')).toBe('*')
    expect(byKey.headers.get('cache-control')).toContain('max-age=30')
    const etag = byKey.headers.get('etag') ?? ''
    const again = await fetch(`${base}/badge/${job.badgeKey}.svg?style=ekg`, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
    expect(svg).not.toContain(job.uuid)
  })

  test('as JSON, that a badge service takes too', async () => {
    const said = await (await fetch(`${base}/badge/${job.badgeKey}.json`)).json()
    expect(said).toMatchObject({ schemaVersion: 1, label: 'prod.<db1>.backup', message: 'new', status: 'new' })
    expect(said.beats.map((beat: { signal: string }) => beat.signal)).toEqual(['success', 'missed'])
    expect(JSON.stringify(said)).not.toContain(job.uuid)
  })

  test.each([
    ['/badge/00000000-0000-4000-8000-000000000000.svg', 404],
    ['/badge/00000000-0000-4000-8000-000000000000.json', 404],
    ['/heartbeat/00000000-0000-4000-8000-000000000000/script.sh', 404],
    ['/badge/x.svg', 418],
    ['/badge/', 418],
    ['/heartbeat/00000000-0000-4000-8000-000000000000/script.exe', 418],
  ])('%s answers %i', async (path, status) => expect((await fetch(base + path)).status).toBe(status))

  test('a style that is none is named, another method is refused', async () => {
    const odd = await fetch(`${base}/badge/${job.badgeKey}.svg?style=round`)
    expect([odd.status, await odd.text()]).toEqual([400, 'style: found "round", expected flat or ekg\n'])
    const post = await fetch(`${base}/badge/${job.badgeKey}.svg`, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    const head = await fetch(`${base}/badge/${job.badgeKey}.svg`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  test('scripts and the crontab line are the job’s own, and nobody keeps them', async () => {
    const crontab = await fetch(`${base}/heartbeat/${job.uuid}/crontab`)
    expect(await crontab.text()).toMatch(new RegExp(`\\n\\*/5 \\* \\* \\* \\* curl .*/heartbeat/${job.uuid}'\\n$`))
    expect(crontab.headers.get('cache-control')).toBe('private, no-store')
    for (const ending of ['sh', 'ps1', 'py', 'rsc']) {
      const script = await fetch(`${base}/heartbeat/${job.uuid.replaceAll('-', '')}/script.${ending}`)
      expect(script.headers.get('content-disposition')).toBe(`attachment; filename="prod-db1-backup.${ending}"`)
      expect(await script.text()).toContain(job.uuid)
    }
  })
})
