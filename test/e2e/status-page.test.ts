import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { partsOf } from '../delivery/mail-server'
import { axe, openChromium, visit } from '../setup/chromium'
import { admin, built, type Product, startProduct, until } from '../setup/product'

const name = 'the status pages of the whole product, in a browser without scripts'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const robin = 'robin@example.net'

describe.skipIf(!built)(name, () => {
  let product: Product
  let browser: Browser
  let bare: BrowserContext // nobody is signed in, and no script runs
  let page: Page
  let mailServer: SMTPServer
  const mails: { to: string; text: string }[] = []
  const faults: string[] = []

  beforeAll(async () => {
    mailServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, session, done) {
        let raw = ''
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          raw += chunk
        })
        stream.on('end', () => {
          mails.push({ to: session.envelope.rcptTo[0]?.address ?? '', text: partsOf(raw)[0]?.body ?? '' })
          done(null)
        })
      },
    })
    await new Promise<void>((ready) => mailServer.listen(0, '127.0.0.1', ready))
    const { port } = mailServer.server.address() as AddressInfo
    product = await startProduct({
      PING_INTERVAL: '1',
      PING_TIMEOUT: '0.3',
      ISOLATE_MISSES: '2',
      ISOLATE_SECONDS: '10',
      SMTP_URL: `smtp://127.0.0.1:${port}?tls=none`,
    })
    browser = await openChromium()
    bare = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
    page = await bare.newPage()
    for (const device of [
      { name: 'Core-1', address: '127.0.3.1', role: 'router', site: 'Data room' },
      { name: 'AP-Ridge-3', address: '203.0.113.77', role: 'ap', site: 'North Ridge' },
      { name: 'CPE-9', address: '203.0.113.78', role: 'cpe', site: 'Mill', client: 'Acme Dental' },
    ])
      await product.rest('POST', '/api/devices', device)
    await until(
      'both to be dark',
      async () => (await product.rest<{ items: unknown[] }>('GET', '/api/incidents?open=1')).items.length === 2,
      60_000,
    )
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
    await new Promise<void>((done) => mailServer.close(() => done()))
  })

  const go = (path: string) => visit(page, product.url + path)
  const bodyOf = async (path: string) => (await fetch(product.url + path)).text()
  const mailTo = (to: string, holding: string) =>
    until(
      `a mail with ${holding}`,
      async () => mails.find((mail) => mail.to === to && mail.text.includes(holding)),
      30_000,
    )
  const linkIn = (text: string, path: string) => {
    const [found] = text.match(new RegExp(`/status/${path}/[0-9a-z]+-[\\w-]{43}`)) ?? []
    if (!found) throw new Error(`no link to ${path} in ${text}`)
    return found
  }

  test('a page that is not public is there for nobody but operators', async () => {
    await product.rest('POST', '/api/status-pages', {
      slug: 'valley',
      title: 'North Valley Net',
      time_zone: 'Europe/Berlin',
    })
    const [hidden, none] = await Promise.all(
      ['/status/valley', '/status/nothing'].map((path) => fetch(product.url + path)),
    )
    expect([hidden?.status, none?.status]).toEqual([404, 404])
    expect(await hidden?.text()).not.toContain('North Valley Net')
    expect((await fetch(`${product.url}/status`)).status).toBe(404)
    await product.rest('PATCH', '/api/status-pages/1', { public: true })
    await until('it to be public', async () => (await fetch(`${product.url}/status/valley`)).status === 200)
  })

  test('it says which places are without service, and nothing else of the network', async () => {
    await go('/status')
    await page.getByRole('heading', { name: 'North Valley Net' }).waitFor()
    expect(page.url()).toBe(`${product.url}/status/valley`)
    await page.getByText('Service interrupted: North Ridge').waitFor()
    const html = await bodyOf('/status/valley')
    for (const secret of ['AP-Ridge-3', 'CPE-9', 'Core-1', '203.0.113', '127.0.3', 'Acme', admin.email])
      expect(html).not.toContain(secret)
    expect(html).not.toMatch(/<[^>]+ style=/)
    // A radio of one client alone is not the public's.
    expect(await page.getByText('Service interrupted').count()).toBe(1)
    const answer = await fetch(`${product.url}/status/valley`)
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
  })

  test('its feed is at its address', async () => {
    const [href] = await Promise.all([page.getByRole('link', { name: 'RSS' }).getAttribute('href')])
    expect(await bodyOf(href ?? '')).toContain('<title>Service interrupted: North Ridge</title>')
  })

  test('somebody asks to be told, confirms by the link in the mail, and is told', async () => {
    await page.getByLabel('By e-mail').fill(robin)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByText('A message is on its way').waitFor()
    const asked = await mailTo(robin, 'Be told of North Valley Net?')
    const link = linkIn(asked.text, 'subscription')
    await bodyOf(link) // as a mail program looks at links by itself
    await go(link)
    await page.getByRole('button', { name: 'Yes, tell me' }).click()
    await page.getByText('Confirmed: you will be told.').waitFor()
    const { items } = await product.rest<{ items: { id: number; root: { name: string } }[] }>(
      'GET',
      '/api/incidents?open=1',
    )
    const incident = items.find(({ root }) => root.name === 'AP-Ridge-3')?.id ?? 0
    await product.rest('POST', `/api/incidents/${incident}/updates`, { text: 'A truck is on its way. <b>16:00</b>' })
    const told = await mailTo(robin, 'Service interrupted: North Ridge')
    expect(told.text).toContain('A truck is on its way. <b>16:00</b>')
    expect(told.text).not.toMatch(/AP-Ridge|203\.0/)
    await until('the word to stand on the page', async () =>
      (await bodyOf('/status/valley')).includes('A truck is on its way. &lt;b&gt;'),
    )
  })

  test('the link in each message ends them, after asking', async () => {
    const told = await mailTo(robin, 'Service interrupted: North Ridge')
    await go(linkIn(told.text, 'stop'))
    expect((await product.rest<{ subscribers: number }>('GET', '/api/status-pages/1')).subscribers).toBe(1)
    await page.getByRole('button', { name: 'No more messages' }).click()
    await page.getByText('You get no more of these messages').waitFor()
    expect((await product.rest<{ subscribers: number }>('GET', '/api/status-pages/1')).subscribers).toBe(0)
  })

  test('one client’s own page opens by its link, until that is taken back', async () => {
    const { items } = await product.rest<{ items: { id: number }[] }>('GET', '/api/clients')
    const id = items[0]?.id ?? 0
    const { url } = await product.rest<{ url: string }>('POST', `/api/clients/${id}/status-link`)
    const path = url.replace(product.url, '')
    await go(path)
    await page.getByRole('heading', { name: 'Acme Dental' }).waitFor()
    await page.getByRole('heading', { name: 'Your connection is interrupted' }).waitFor()
    const html = await bodyOf(path)
    expect(html).toMatch(/<meta name="robots" content="noindex/)
    for (const secret of ['CPE-9', 'AP-Ridge-3', 'North Ridge', '203.0.113']) expect(html).not.toContain(secret)
    await product.rest('DELETE', `/api/clients/${id}/status-link`)
    expect((await fetch(product.url + path)).status).toBe(404)
  })

  test.each(['light', 'dark'] as const)('axe finds nothing to complain about, %s', async (colorScheme) => {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const context = await browser.newContext({ colorScheme, viewport, timezoneId: 'Europe/Berlin' })
      const open = await context.newPage()
      open.on('pageerror', (error) => faults.push(String(error)))
      open.on('console', (message) => {
        if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(message.text())
      })
      await open.goto(`${product.url}/status/valley`, { waitUntil: 'networkidle' })
      const { violations } = await axe(open)
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
      expect(await open.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
      if (process.env.SCREENSHOTS)
        await open.screenshot({
          path: `${process.env.SCREENSHOTS}/status-${colorScheme}-${viewport.width}.png`,
          fullPage: true,
        })
      await context.close()
    }
    expect(faults).toEqual([])
  })
})
