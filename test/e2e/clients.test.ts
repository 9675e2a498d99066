import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium, visit } from '../setup/chromium'
import { admin, built, type Product, startProduct, until } from '../setup/product'
import { apiToken, crmKey, type UispStandIn, uispStandIn } from '../sources/uisp-stand-in'

const name = 'clients, uptime, messages and sources in Chromium'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const silent = '203.0.113.77' // TEST-NET-3: answers nobody
const secrets = [
  '[noc@BNG-1] > /ppp secret export',
  '/ppp secret',
  'add comment="Harbour Bakery" name=bakery password=x remote-address=127.0.4.21 service=pppoe',
  'add comment="Ada Sample" name=ada password=x remote-address=127.0.4.22 service=pppoe',
  'add comment="Quiet Corner" name=quiet password=x remote-address=127.0.4.23 service=pppoe',
  'add comment=Pool name=pooled password=x remote-address=pool1 service=pppoe',
].join('\n')

describe.skipIf(!built)(name, () => {
  let product: Product
  let uisp: UispStandIn
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const faults: string[] = []
  const looked: string[] = []

  beforeAll(async () => {
    uisp = await uispStandIn()
    product = await startProduct({
      ...{ PING_INTERVAL: '1', PING_TIMEOUT: '0.3', ISOLATE_MISSES: '2', ISOLATE_SECONDS: '10' },
      // Nothing is sent by these: every message is called off.
      ...{ TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: '0'.repeat(32), TWILIO_FROM: '+15005550006' },
    })
    browser = await openChromium()
    context = await browser.newContext({ timezoneId: 'Europe/Berlin', viewport: { width: 1440, height: 900 } })
    page = await context.newPage()
    watch(page)
    await page.goto(`${product.url}/login`)
    await page.getByLabel('E-mail').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => url.pathname === '/')
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
    await uisp?.close()
  })

  function watch(one: Page) {
    one.on('pageerror', (error) => faults.push(`${one.url()}: ${error}`))
    one.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${one.url()}: ${message.text()}`)
    })
  }
  const go = (path: string) => visit(page, product.url + path)
  const see = (text: string | RegExp, timeout = 15_000) => page.getByText(text).first().waitFor({ timeout })
  const press = (button: string | RegExp) => page.getByRole('button', { name: button }).first().click()
  type Named = { id: number; name: string }
  const idOf = async (kind: 'devices' | 'clients', wanted: string) => {
    const { items } = await product.rest<{ items: Named[] }>('GET', `/api/${kind}?limit=1000`)
    return items.find((one) => one.name === wanted)?.id ?? 0
  }

  /** What axe finds, and what is wider than the screen: in light and wide, in dark and narrow. */
  async function look(one: Page, what: string) {
    for (const [colorScheme, width] of [
      ['light', 1440],
      ['dark', 390],
    ] as const) {
      await one.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await one.setViewportSize({ width, height: 900 })
      await one.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => {})
      const { violations } = await axe(one)
      for (const { id, nodes } of violations) {
        const where = nodes.map((node) => node.target).join(' | ')
        looked.push(`${what} ${colorScheme} ${width}: ${id}: ${where.slice(0, 200)}`)
      }
      const overflow = await one.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      if (overflow > 1) looked.push(`${what} ${width}: ${overflow} px wider than the screen`)
      const folder = process.env.SHOTS
      if (folder)
        await one.screenshot({ path: `${folder}/${what.replace(/\W+/g, '-')}-${colorScheme}.png`, fullPage: true })
    }
    await one.setViewportSize({ width: 1440, height: 900 })
    await one.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  }

  test('a UISP is added, what it would bring is looked at and applied', async () => {
    await go('/settings/sources/new?kind=uisp')
    await page.getByLabel('Address').fill(uisp.url)
    await page.getByLabel('Token', { exact: true }).fill(apiToken)
    await page.getByLabel('App key of the CRM').fill(crmKey)
    await page.getByLabel('Asked what is dark').selectOption({ label: 'Every 30 s' })
    await press('Test the connection')
    await page.locator('.note[data-tone="up"]').waitFor({ timeout: 80_000 })
    await press('Add the source')
    await page.waitForURL(/\/settings\/sources\/\d+$/)
    await see('What it would change', 30_000)
    await see('1 entry could not be read')
    await look(page, 'source')
    await press(/^Apply all/)
    await until(
      'its 45 devices',
      async () => (await product.rest<{ items: unknown[] }>('GET', '/api/devices?limit=1000')).items.length === 45,
      30_000,
    )
    await go(`/clients/${await idOf('clients', 'Example Feed Co (Robin Placeholder)')}`)
    await see('RPlaceholder-FeedCo')
    await look(page, 'client of the source')
  })

  test('the secrets of a router become devices of clients, on the router that is said', async () => {
    await product.rest('POST', '/api/devices', {
      name: 'BNG-1',
      address: '127.0.4.1',
      role: 'router',
      site: 'North Ridge',
    })
    await go('/devices/import')
    await page.getByLabel('What it is').selectOption({ label: 'MikroTik RouterOS' })
    await page.getByLabel('They hang on').fill('BNG-1')
    await page.getByLabel('Or paste it here').fill(secrets)
    await press('Look at it first')
    await see('Read as what a RouterOS console lists.')
    await see('found the pool "pool1"')
    await look(page, 'import')
    await press('Import 3 devices')
    await see('3 devices added')
    const { items } = await product.rest<{ items: { name: string; client: string; upstream: string[] }[] }>(
      'GET',
      '/api/devices',
    )
    expect(items.find((one) => one.name === 'bakery')).toMatchObject({ client: 'Harbour Bakery', upstream: ['BNG-1'] })
  })

  test('a client is found, and given whom to write to', async () => {
    await go('/clients')
    await see('Ada Sample')
    await look(page, 'clients')
    for (const [client, phone] of [
      ['Harbour Bakery', '+1 555 010 0001'],
      ['Ada Sample', '+1 555 010 0002'],
    ] as const) {
      await go(`/clients/${await idOf('clients', client)}/edit`)
      await page.getByLabel('Phone').fill(phone)
      await press('Save')
      await page.getByRole('heading', { name: client, level: 1 }).waitFor()
      await see(phone.replaceAll(' ', ''))
    }
    await look(page, 'client')
  })

  test('a router that goes dark cuts its clients off, and the incident names them', async () => {
    for (const device of ['BNG-1', 'bakery', 'ada', 'quiet']) {
      await product.rest('PATCH', `/api/devices/${await idOf('devices', device)}`, { address: silent })
    }
    await go('/')
    await page.getByRole('heading', { name: 'BNG-1' }).waitFor({ timeout: 120_000 })
    await until(
      'all four to be dark',
      async () => {
        const { items } = await product.rest<{ items: { target: Named }[] }>('GET', '/api/outages?open=true&limit=1000')
        return ['BNG-1', 'bakery', 'ada', 'quiet'].every((one) => items.some(({ target }) => target.name === one))
      },
      30_000,
    )
    await go('/clients?state=dark')
    await see('Harbour Bakery')
    await look(page, 'clients dark')
  })

  test('the uptime of all clients counts them, by day and by week, on screen, as CSV and on paper', async () => {
    await go('/uptime')
    await page.getByRole('heading', { name: 'Uptime', level: 1 }).waitFor()
    await see('Harbour Bakery')
    await look(page, 'uptime')
    await page.getByLabel('By', { exact: true }).selectOption({ label: 'By week' })
    await page.waitForURL(/by=week/)
    const csv = await page.getByRole('link', { name: 'CSV' }).getAttribute('href')
    const answer = await context.request.get(product.url + csv)
    expect(answer.headers()['content-type']).toContain('text/csv')
    expect((await answer.text()).split('\n').length).toBeGreaterThan(2)
    const month = new Date().toISOString().slice(0, 7)
    await go(`/uptime/report?month=${month}`)
    await see('Harbour Bakery')
    await look(page, 'report')
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('navigation', { name: 'Main', exact: true }).isVisible()).toBe(false)
    const pdf = await page.pdf({
      format: 'A4',
      ...(process.env.SHOTS ? { path: `${process.env.SHOTS}/report.pdf` } : {}),
    })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    await page.emulateMedia({ media: 'screen' })
    await go('/uptime/mail')
    await look(page, 'report mail')
  })

  test('a device that only the source watches says what the source says of it', async () => {
    const id = await idOf('devices', 'RPlaceholder-FeedCo')
    await until(
      'a first answer of the source',
      async () => (await product.rest<{ status: string }>('GET', `/api/devices/${id}`)).status === 'up',
      60_000,
    )
    await go(`/devices/${id}`)
    await see(/UISP says active/)
    await look(page, 'device of the source')
  })

  test('a message to them waits in sight of everybody, and is called off', async () => {
    const { items } = await product.rest<{ items: { id: number; root: Named }[] }>('GET', '/api/incidents?open=true')
    const incident = items.find(({ root }) => root.name === 'BNG-1')?.id ?? 0
    await go(`/messages/new?incident=${incident}`)
    await see('3 clients')
    await see('no phone')
    await look(page, 'message new')
    await go(`/incidents/${incident}`)
    await see('2 clients can be told')
    await look(page, 'incident')
    await page.getByLabel('Minutes').fill('10')
    await press('Wait, then tell who is still dark')
    await see(/2 clients told in 9 min/)
    await page.reload()
    await see(/2 clients told in 9 min/)
    await look(page, 'incident with a message')
    await page.getByRole('button', { name: /^Cancel message/ }).click()
    await press('Cancel')
    await see('Cancelled')
    await go('/messages')
    await look(page, 'messages')
    const { items: kept } = await product.rest<{ items: { state: string }[] }>('GET', '/api/messages')
    expect(kept.map(({ state }) => state)).toEqual(['cancelled'])
  })

  test('anybody reads the status page, and nothing there names a device or a client', async () => {
    await go('/settings/status-pages/new')
    await page.getByLabel('Title').fill('Example Wireless')
    await page.getByLabel('Address: /status/').fill('example')
    await page.getByLabel('Public: anybody may read it').check()
    await look(page, 'status page new')
    await press('Add the page')
    await see('Example Wireless')
    const stranger = await browser.newContext({ timezoneId: 'Europe/Berlin', javaScriptEnabled: true })
    const theirs = await stranger.newPage()
    watch(theirs)
    await theirs.goto(`${product.url}/status/example`)
    await theirs.getByText('North Ridge').first().waitFor()
    const words = await theirs.content()
    for (const hidden of ['BNG-1', 'bakery', 'Harbour Bakery', 'RPlaceholder', silent])
      expect(words).not.toContain(hidden)
    await look(theirs, 'status')
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const still = await plain.newPage()
    await still.goto(`${product.url}/status/example`)
    expect(await still.textContent('h1')).toBe('Example Wireless')
    await Promise.all([stranger.close(), plain.close()])
  })

  test('a client reads its own page by a secret link', async () => {
    await go(`/clients/${await idOf('clients', 'Harbour Bakery')}`)
    await press('Make the link')
    const link = page.locator('#status-link a').first()
    const path = await link.getAttribute('href')
    expect(path).toMatch(/^\/status\/c\//)
    const stranger = await browser.newContext({ timezoneId: 'Europe/Berlin' })
    const theirs = await stranger.newPage()
    watch(theirs)
    await theirs.goto(product.url + path)
    await theirs.getByRole('heading', { level: 1 }).waitFor()
    await look(theirs, 'status of a client')
    expect((await theirs.goto(`${product.url}${path}x`))?.status()).toBe(404)
    await stranger.close()
  })

  test('axe found nothing on these pages, none was wider than the screen', () => expect(looked).toEqual([]))
  test('no page broke the content security policy or failed while it came alive', () => expect(faults).toEqual([]))
})
