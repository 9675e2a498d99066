import { spawn } from 'node:child_process'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium, visit } from '../setup/chromium'
import { admin, built, type Product, startProduct, until } from '../setup/product'

const name = 'jobs in Chromium, from the first one to its line'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

type Application = { id: number; name: string; status: string; heartbeat_url: string }

describe.skipIf(!built)(name, () => {
  let product: Product
  let browser: Browser
  let page: Page
  const faults: string[] = []

  beforeAll(async () => {
    product = await startProduct({ HEARTBEAT_CHECK_INTERVAL: '1' })
    browser = await openChromium()
    page = (await enter({ viewport: { width: 1440, height: 900 } })).page
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
  })

  async function enter(how: Parameters<Browser['newContext']>[0], who = admin) {
    const context = await browser.newContext({ timezoneId: 'Europe/Berlin', ...how })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: product.url })
    const page = await context.newPage()
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`))
    page.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${page.url()}: ${message.text()}`)
    })
    await page.goto(`${product.url}/login`)
    await page.getByLabel('E-mail').fill(who.email)
    await page.getByLabel('Password').fill(who.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/login'))
    return { context, page }
  }
  const go = (path: string, on = page) => visit(on, product.url + path)
  const see = (text: string | RegExp, on = page) => on.getByText(text).first().waitFor({ timeout: 60_000 })
  const jobNamed = async (wanted: string) => {
    const { items } = await product.rest<{ items: Application[] }>('GET', '/api/applications?limit=100')
    return items.find((one) => one.name === wanted)
  }
  const copied = (on = page) => on.evaluate(() => navigator.clipboard.readText())

  /** Runs what cron would: all of the line after its five times. */
  async function runCrontab(text: string): Promise<number | null> {
    const line = text.split('\n').find((one) => /^[*\d]/.test(one)) ?? ''
    const command = line.split(/\s+/).slice(5).join(' ').replaceAll('\\%', '%')
    const child = spawn('sh', ['-c', command], { stdio: 'ignore' })
    return new Promise((done) => child.once('exit', done))
  }

  test('an empty registry leads to the first job', async () => {
    await go('/jobs')
    await see('No job yet.')
    await page.getByRole('link', { name: 'Add the first job' }).click()
    await page.waitForURL('**/jobs/new')
  })

  test('its name is put together, and the period buttons add on repeat and replace on another', async () => {
    await page.getByLabel('Host').fill('db1')
    await page.getByLabel('What it does').fill('nightly backup')
    const field = page.getByLabel('Name', { exact: true })
    await until('the name to follow', async () => (await field.inputValue()) === 'prod.db1.nightly-backup')
    const every = page.getByLabel('Every', { exact: true })
    const press = (unit: string) => page.getByRole('button', { name: new RegExp(`^${unit}`) }).click()
    for (const unit of ['day', 'day', 'day']) await press(unit)
    expect(await every.inputValue()).toBe('3 days')
    await press('minute')
    expect(await every.inputValue()).toBe('1 min')
    await see('A beat is expected every minute')
  })

  test('cron says what it means while it is typed, or where it is wrong, and nothing is lost by sending it wrong', async () => {
    await page.getByText('Cron', { exact: true }).click()
    const expression = page.getByLabel('Cron expression')
    await expression.fill('30 2 * * mon-fri')
    await see(/At 02:30 on weekdays, Berlin time/)
    await see('Next five in Europe/Berlin')
    await expression.fill('30 25 * * *')
    await see(/hours: found "25"|found "25"/)
    await page.getByRole('button', { name: 'Add the job' }).click()
    await see('needs another look')
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('prod.db1.nightly-backup')
    expect(await expression.inputValue()).toBe('30 25 * * *')
    await page.getByText('Every so often').click()
    expect(await page.getByLabel('Every', { exact: true }).inputValue()).toBe('1 min')
    await page.getByLabel('Tags').fill('prod, db')
    await page.getByRole('button', { name: 'Add the job' }).click()
    await page.waitForURL(/\/jobs\/\d+/)
    await page.getByRole('heading', { name: 'Waiting for the first beat' }).waitFor()
  })

  test('the crontab line is copied, run for real, and the line beats without a reload', async () => {
    await page.getByRole('button', { name: 'Copy for crontab' }).click()
    await see('Copied')
    const text = await copied()
    expect(text).toMatch(/^# Beatline: prod\.db1\.nightly-backup, every minute\n\* \* \* \* \* curl /)
    await page.evaluate(() => Object.assign(window, { sameDocument: true }))
    expect(await runCrontab(text)).toBe(0)
    await page.getByRole('img', { name: 'Beats: 1 on time' }).waitFor()
    await page.getByRole('heading', { name: 'Make it beat' }).waitFor()
    await page.getByRole('row', { name: /On time.*127\.0\.0\.1/ }).waitFor()
    expect(await runCrontab(text)).toBe(0)
    await page.getByRole('img', { name: 'Beats: 2 on time' }).waitFor()
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true)
  })

  test('a command around it tells how it ended: down at once, and nobody told in its first hour', async () => {
    await page.getByLabel('Around a command').fill('sh -c "exit 3"')
    await page.getByRole('button', { name: 'Copy for crontab' }).click()
    await until('the new line to be copied', async () => (await copied()).includes('exit 3'))
    expect(await runCrontab(await copied())).toBe(0)
    await see('Failed, exit 3')
    await page.getByRole('link', { name: 'Open its incident' }).waitFor()
    await see('Nobody is told of it')
    await see('First hour of a new job')
  })

  test('the board, its incident and the evidence say what the job said', async () => {
    await go('/')
    await page.getByRole('heading', { name: 'prod.db1.nightly-backup' }).waitFor()
    await see('failed with exit 3')
    await page.getByRole('link', { name: 'Open prod.db1.nightly-backup' }).click()
    await page.getByRole('heading', { name: /prod\.db1\.nightly-backup is down/ }).waitFor()
    await see(/Withheld by the blackout "First hour of a new job"/)
    await page.getByRole('link', { name: /Evidence of outage/ }).click()
    await see('the beat that said it failed')
    await see('Failed, exit 3')
  })

  test('the registry beats live, filters by state and tag, and changes what is ticked', async () => {
    for (const other of ['prod.mail1.queue', 'lab.pi.temperature']) {
      await product.rest('POST', '/api/applications', { name: other, expected_interval: 3600, tags: ['other'] })
    }
    await go('/jobs')
    const row = page.getByRole('row', { name: /lab\.pi\.temperature/ })
    await row.getByRole('img', { name: 'No beat yet' }).waitFor()
    const lab = await jobNamed('lab.pi.temperature')
    await fetch(lab?.heartbeat_url ?? '')
    await row.getByRole('img', { name: 'Last beat: 1 on time' }).waitFor()
    await row.getByText('just now').last().waitFor()
    await page.getByLabel('State').selectOption('down')
    await page.waitForURL(/status=down/)
    await until('one row', async () => (await page.getByRole('row').count()) === 2)
    await page.getByLabel('State').selectOption('')
    await page.getByLabel('Tag').selectOption('other')
    await page.waitForURL(/tag=other/)
    await page.getByLabel('Select every row shown').check()
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await see('2 jobs paused.')
    await page.getByRole('row', { name: /Paused.*prod\.mail1\.queue/ }).waitFor()
    await page.getByLabel('Select prod.mail1.queue').check()
    await page.getByRole('button', { name: 'Tag', exact: true }).click()
    await page.getByLabel('Tags').fill('spare')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'spare' }).first().waitFor()
  })

  test('a blackout shows its next five times before it is saved', async () => {
    await go('/blackouts/new')
    await page.getByText('Every week').click()
    await page.getByRole('combobox', { name: 'All with a tag' }).fill('spa')
    await page.getByRole('option', { name: 'spare' }).click()
    await see('The next five times')
    expect(await page.getByRole('listitem').filter({ hasText: '22:00 to' }).count()).toBe(5)
    await page.getByLabel('Reason').fill('Every night of work')
    await page.getByRole('button', { name: 'Add the blackout' }).click()
    await page.waitForURL('**/blackouts')
    await see('all tagged spare')
    await see('Mon to Fri, 22:00 to 02:00 the next day, Europe/Berlin')
  })

  test('the next beats of a job can pass unheard, from its own page', async () => {
    const lab = await jobNamed('lab.pi.temperature')
    await go(`/jobs/${lab?.id}`)
    await page.getByRole('button', { name: 'Blackout' }).click()
    await page.getByLabel('The next beats it owes').check()
    await page.getByLabel('How many').fill('3')
    await page.getByRole('button', { name: 'Add the blackout' }).click()
    await see('the next 3 beats it owes')
  })

  test('a blackout without an end keeps its beginning when its reason is put right; one that is over has no form', async () => {
    type Kept = { id: number; from_at: string; reason: string }
    const made = await product.rest<Kept>('POST', '/api/blackouts', {
      ...{ kind: 'open', tags: ['spare'], reason: 'Tower wrok', from_at: '2026-01-01T00:00:00Z' },
    })
    await go(`/blackouts/${made.id}`)
    await see(/^Since .*until somebody ends it/)
    await page.getByLabel('Reason').fill('Tower work')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL('**/blackouts')
    const kept = await product.rest<Kept>('GET', `/api/blackouts/${made.id}`)
    expect(kept).toMatchObject({ reason: 'Tower work', from_at: made.from_at })
    await product.rest('POST', `/api/blackouts/${made.id}/end`)
    await go(`/blackouts/${made.id}`)
    await see(/over, and kept as it was/)
    expect(await page.getByLabel('Reason').count()).toBe(0)
  })

  test('times are read in a zone of one’s choice, and it is kept', async () => {
    await go('/jobs')
    await page.getByLabel('Times in').selectOption('Asia/Tokyo')
    await until('the choice to be kept', async () => {
      const [me] = (await product.rest<{ items: { time_zone: string | null }[] }>('GET', '/api/users')).items
      return me?.time_zone === 'Asia/Tokyo'
    })
    await page.reload()
    const time = page
      .getByRole('row', { name: /nightly-backup/ })
      .locator('time')
      .first()
    expect(await time.getAttribute('title')).toContain('Asia/Tokyo')
    await page.getByLabel('Times in').selectOption('')
  })

  test('/ finds a job by keys alone', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('nightly')
    await page.getByRole('option', { name: /Down prod\.db1\.nightly-backup/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'prod.db1.nightly-backup', level: 1 }).waitFor()
  })

  test('the badge is a picture, and its code can be copied', async () => {
    await page.getByRole('button', { name: 'Copy as Markdown' }).click()
    const [, address = ''] = /!\[Beats of .*\]\((http[^)]+)\)\]/.exec(await copied()) ?? []
    const answer = await fetch(address)
    expect(answer.headers.get('content-type')).toContain('image/svg+xml')
    expect(await answer.text()).toContain('<title>prod.db1.nightly-backup: down</title>')
    const again = await fetch(address, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
    const loaded = await page
      .getByRole('img', { name: /as a line/ })
      .evaluate((img: HTMLImageElement) => img.naturalWidth)
    expect(loaded).toBeGreaterThan(0)
  })

  test('the script for a shell runs a command and tells its start and its end', async () => {
    const job = await jobNamed('prod.mail1.queue')
    await product.rest('POST', `/api/applications/${job?.id}/resume`)
    const script = await (await fetch(`${job?.heartbeat_url}/script.sh`)).text()
    const child = spawn('sh', ['-s', 'true'], { stdio: ['pipe', 'ignore', 'ignore'] })
    child.stdin.end(script)
    expect(await new Promise((done) => child.once('exit', done))).toBe(0)
    const { items } = await product.rest<{ items: { signal: string }[] }>(
      'GET',
      `/api/applications/${job?.id}/heartbeats`,
    )
    expect(items.map((beat) => beat.signal)).toEqual(['success', 'start'])
  })

  test('the ping key makes a job by its first beat, and is renewed', async () => {
    await go('/settings/heartbeats')
    await page.getByRole('button', { name: 'Copy the ping key' }).click()
    const key = await copied()
    expect((await fetch(`${product.url}/ping/${key}/made-by-name?create=1`)).status).toBe(201)
    await page.getByRole('button', { name: 'Renew' }).click()
    await page.getByRole('button', { name: 'Renew' }).click()
    await until('another key', async () => (await page.getByText(key).count()) === 0)
    await until(
      'the old key to be refused',
      async () => (await fetch(`${product.url}/ping/${key}/made-by-name`)).status === 404,
    )
    await page.getByRole('button', { name: 'Copy the crontab block' }).click()
    expect(await runCrontab(await copied())).toBe(0)
  })

  test('a viewer sees the job and no address of it', async () => {
    const viewer = { email: 'viewer@example.net', password: 'a long enough password' }
    await product.rest('POST', '/api/users', { ...viewer, name: 'Viewer', role: 'viewer' })
    const job = await jobNamed('prod.db1.nightly-backup')
    const uuid = job?.heartbeat_url.split('/').at(-1) ?? 'none'
    const { context: theirs, page: seen } = await enter({}, viewer)
    for (const path of ['/jobs', `/jobs/${job?.id}`, `/jobs/${job?.id}/edit`, '/settings/heartbeats', '/jobs/import']) {
      await go(path, seen)
      await seen.getByRole('heading', { level: 1 }).waitFor()
      expect(await seen.content(), path).not.toContain(uuid)
      expect(await seen.getByRole('button', { name: 'Pause' }).count()).toBe(0)
    }
    await theirs.close()
  })

  test('on a phone: register, copy, run, see it beat, pause it within the reach of a thumb', async () => {
    const { context: pocket, page: phone } = await enter({
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
      colorScheme: 'dark',
    })
    await go('/', phone)
    await phone.getByRole('navigation', { name: 'Main, short' }).getByRole('link', { name: 'Jobs' }).tap()
    await phone.getByRole('link', { name: 'Add a job' }).tap()
    await phone.getByLabel('Name', { exact: true }).fill('prod.phone.check')
    await phone.getByRole('button', { name: /^hour/ }).tap()
    await phone.getByRole('button', { name: 'Add the job' }).tap()
    await phone.getByRole('heading', { name: 'Waiting for the first beat' }).waitFor()
    await phone.getByRole('button', { name: 'Copy for crontab' }).tap()
    await until('the line to be copied', async () => (await copied(phone)).includes('prod.phone.check'))
    expect(await runCrontab(await copied(phone))).toBe(0)
    await phone.getByRole('img', { name: 'Beats: 1 on time' }).waitFor()
    await go('/jobs', phone)
    const row = phone.getByRole('row', { name: /prod\.phone\.check/ })
    expect((await row.boundingBox())?.height).toBeGreaterThanOrEqual(52)
    await phone.getByRole('button', { name: 'Select' }).tap()
    await phone.getByLabel('Select prod.phone.check').check()
    const pause = phone.getByRole('button', { name: 'Pause', exact: true })
    expect((await pause.boundingBox())?.y).toBeGreaterThan(422)
    await pause.tap()
    await see('1 job paused.', phone)
    await pocket.close()
  })

  test('axe finds nothing on the pages of jobs, in light and wide, in dark and narrow', async () => {
    const job = await jobNamed('prod.db1.nightly-backup')
    const fresh = await product.rest<Application>('POST', '/api/applications', {
      name: `never.beat.yet.${'a_name_without_a_space_'.repeat(7)}`,
      expected_interval: 3600,
      tags: ['x'.repeat(60)],
    })
    await product.rest('POST', '/api/blackouts', { kind: 'open', targets: [fresh.id], tags: ['y'.repeat(60)] })
    const paths = [
      ...[
        '/',
        '/jobs',
        '/jobs/new',
        '/jobs/import',
        `/jobs/${job?.id}`,
        `/jobs/${job?.id}/edit`,
        `/jobs/${fresh.id}`,
        `/jobs/${fresh.id}/edit`,
      ],
      ...[
        '/blackouts',
        '/blackouts/new',
        '/blackouts/1',
        '/settings/heartbeats',
        '/settings',
        '/incidents/1',
        '/outages/1',
      ],
    ]
    const found: string[] = []
    for (const [colorScheme, width] of [
      ['light', 1440],
      ['dark', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      for (const path of paths) {
        await go(path)
        await page.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => {})
        const { violations } = await axe(page)
        for (const { id, nodes } of violations) {
          const where = nodes.map((node) => node.target).join(' | ')
          found.push(`${path} ${colorScheme} ${width}: ${id}: ${where.slice(0, 200)}`)
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (overflow > 1) found.push(`${path} ${width}: ${overflow} px wider than the screen`)
      }
    }
    expect(found).toEqual([])
  })

  test('no page broke the content security policy or failed while it came alive', () => expect(faults).toEqual([]))
})
