import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openChromium } from '../setup/chromium'
import { admin, built, type Product, startProduct, until } from '../setup/product'

const name = 'clients, uptime, messages and sources in Chromium'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const silent = '203.0.113.77' // TEST-NET-3: answers nobody
const secrets = [
  '[noc@BNG-1] > /ppp secret export',
  '/ppp secret',
  'add comment="Example Feed Co" name=feed password=x remote-address=127.0.4.21 service=pppoe',
  'add comment="Robin Placeholder" name=robin password=x remote-address=127.0.4.22 service=pppoe',
  'add comment="Quiet Corner" name=quiet password=x remote-address=127.0.4.23 service=pppoe',
  'add comment=Pool name=pooled password=x remote-address=pool1 service=pppoe',
].join('\n')

describe.skipIf(!built)(name, () => {
  let product: Product
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const faults: string[] = []
  const looked: string[] = []

  beforeAll(async () => {
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
  })

  function watch(one: Page) {
    one.on('pageerror', (error) => faults.push(`${one.url()}: ${error}`))
    one.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${one.url()}: ${message.text()}`)
    })
  }
  const go = (path: string) => page.goto(product.url + path)
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
      await one.waitForLoadState('networkidle').catch(() => {})
      const { violations } = await new AxeBuilder({ page: one }).analyze()
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
    expect(items.find((one) => one.name === 'feed')).toMatchObject({ client: 'Example Feed Co', upstream: ['BNG-1'] })
  })

  test('a client is found, and given whom to write to', async () => {
    await go('/clients')
    await see('Robin Placeholder')
    await look(page, 'clients')
    for (const [client, phone] of [
      ['Example Feed Co', '+1 555 010 0001'],
      ['Robin Placeholder', '+1 555 010 0002'],
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
    for (const device of ['BNG-1', 'feed', 'robin', 'quiet']) {
      await product.rest('PATCH', `/api/devices/${await idOf('devices', device)}`, { address: silent })
    }
    await go('/')
    await page.getByRole('heading', { name: 'BNG-1' }).waitFor({ timeout: 30_000 })
    await until(
      'all four to be dark',
      async () => (await product.rest<{ items: unknown[] }>('GET', '/api/outages?open=true')).items.length === 4,
      30_000,
    )
    await go('/clients?state=dark')
    await see('Example Feed Co')
    await look(page, 'clients dark')
  })

  test('a message to them waits in sight of everybody, and is called off', async () => {
    const { items } = await product.rest<{ items: { id: number }[] }>('GET', '/api/incidents?open=true')
    const incident = items[0]?.id ?? 0
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
    for (const hidden of ['BNG-1', 'robin', 'Example Feed Co', silent]) expect(words).not.toContain(hidden)
    await look(theirs, 'status')
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const still = await plain.newPage()
    await still.goto(`${product.url}/status/example`)
    expect(await still.textContent('h1')).toBe('Example Wireless')
    await Promise.all([stranger.close(), plain.close()])
  })

  test('a client reads its own page by a secret link', async () => {
    await go(`/clients/${await idOf('clients', 'Example Feed Co')}`)
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
