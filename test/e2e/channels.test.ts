import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium, visit } from '../setup/chromium'
import { admin, built, type Product, startProduct } from '../setup/product'

const name = 'the pages of channels in Chromium'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

describe.skipIf(!built)(name, () => {
  let product: Product
  let browser: Browser
  let page: Page
  let server: Server
  let hook: string
  let answer = { status: 200, text: 'thanks' }
  const heard: string[] = []
  const faults: string[] = []

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      heard.push(body)
      response.writeHead(answer.status).end(answer.text)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in/path-7f3a9c`
    product = await startProduct({ ALLOW_PRIVATE_WEBHOOKS: 'yes' })
    browser = await openChromium()
    page = await (await browser.newContext({ timezoneId: 'Europe/Berlin' })).newPage()
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`))
    page.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${page.url()}: ${message.text()}`)
    })
    await page.goto(`${product.url}/login`)
    await page.getByLabel('E-mail').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/login'))
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
    server?.close()
  })

  const go = (path: string) => visit(page, product.url + path)
  const see = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 60_000 })
  const press = (button: string | RegExp) => page.getByRole('button', { name: button }).click()
  const channels = async () =>
    (
      await product.rest<{ items: { id: number; name: string; hours: unknown; health: object }[] }>(
        'GET',
        '/api/channels',
      )
    ).items

  test('every kind has a form, and what is wrong in it is said at each field at once', async () => {
    await go('/channels')
    await see('Only push devices are told.')
    await page.getByRole('link', { name: 'Add a channel' }).click()
    await page.getByRole('link', { name: /^Webhook/ }).click()
    await page.getByLabel('Address').fill('nowhere')
    await page.getByLabel('Payload').fill('{% if %}')
    await page.getByLabel('Tell again after').fill('1.5')
    await press('Add the channel')
    await see('Expected a name.')
    await see('Expected an address such as')
    await see('Expected whole minutes from 1 to 10,080.')
    expect(await page.locator('[aria-invalid="true"]').count()).toBe(4)
  })

  test('a payload is seen before it is saved; the channel is added, with hours from a preset', async () => {
    await page.getByLabel('Name', { exact: true }).fill('Tickets')
    await page.getByLabel('Address').fill(hook)
    await page.getByLabel('Payload').fill('{"text": "{{ title }}"}')
    await press('Show the payload')
    await see('"text": "AP Ridge-3 is down"')
    await press('Work hours')
    await see(/A notice now/)
    await page.getByLabel('Tell again after').fill('30')
    await press('Add the channel')
    await see('It is added. Send a test')
    const [made] = (await channels()).filter((one) => one.name === 'Tickets')
    expect(made?.hours).toEqual({
      timezone: 'Europe/Berlin',
      ranges: [{ weekdays: [1, 2, 3, 4, 5], start: '09:00', end: '17:00' }],
      place: null,
    })
  })

  test('a test shows what was really answered, and its health says so', async () => {
    await press(/Send a test/)
    await see('Taken. It answered 200: thanks.')
    expect(JSON.parse(heard.at(-1) ?? '')).toEqual({ text: 'Test from Beatline' })
    await see('Delivers')
    answer = { status: 410, text: 'this hook is gone' }
    await press(/Send a test/)
    await see('Not taken. The webhook answered 410: this hook is gone.')
    await go('/channels')
    await see('One channel refused for good')
    await see(/^Broken for/)
  })

  test('saved without touching its address it keeps it, and never showed it', async () => {
    await page.getByRole('link', { name: 'Tickets', exact: true }).click()
    await page.getByLabel('Name', { exact: true }).fill('Ticket system')
    expect(await page.content()).not.toContain('path-7f3a9c')
    await press('Save')
    await page.waitForURL('**/channels')
    answer = { status: 200, text: 'ok' }
    await press(/Send a test to Ticket system/)
    await see('Taken. It answered 200: ok.')
  })

  test('a chain that loops is refused where it is chosen', async () => {
    const [one] = (await channels()).filter((channel) => channel.name === 'Ticket system')
    const config = { topic: 'noc-7f3a' }
    const { id } = await product.rest<{ id: number }>('POST', '/api/channels', { kind: 'ntfy', name: 'Duty', config })
    await product.rest('PATCH', `/api/channels/${id}`, { escalate_to: one?.id, escalate_after: 600 })
    await go(`/channels/${one?.id}`)
    await page.getByLabel('Then tell').selectOption({ label: 'Duty (ntfy a topic at ntfy.sh)' })
    await press('Save')
    await see(/A chain may not loop: .*Duty escalates to Ticket system/)
  })

  test.each([
    ['a desk', 1440, 'light'],
    ['a phone', 390, 'dark'],
  ] as const)('on %s everything fits and can be read', async (_, width, colorScheme) => {
    await page.setViewportSize({ width, height: 844 })
    await page.emulateMedia({ colorScheme })
    const [one] = (await channels()).filter((channel) => channel.name === 'Ticket system')
    for (const path of ['/channels', '/channels/new', '/channels/new?kind=email', `/channels/${one?.id}`]) {
      await go(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('[data-state="live"]').first().waitFor() // its words fade in
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(0)
      const { violations } = await axe(page)
      expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([])
    }
  })

  test('nothing was refused by the browser on the way', () => expect(faults).toEqual([]))
})
