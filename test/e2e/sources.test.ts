import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium, visit } from '../setup/chromium'
import { admin, built, type Product, startProduct, until } from '../setup/product'
import { apiToken, crmKey, selfSigned, type UispStandIn, uispStandIn } from '../sources/uisp-stand-in'

const name = 'sources in Chromium, on a UISP with a certificate of its own making'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const sizes = [
  ['desk', 1440, 'light'],
  ['desk', 1440, 'dark'],
  ['phone', 390, 'light'],
  ['phone', 390, 'dark'],
] as const
const shots = process.env.SCREENSHOTS // a folder: pictures of every page for eyes

describe.skipIf(!built)(name, () => {
  let product: Product
  let browser: Browser
  let page: Page
  let uisp: UispStandIn
  const tls = selfSigned()
  const faults: string[] = []

  beforeAll(async () => {
    uisp = await uispStandIn({ tls })
    product = await startProduct()
    browser = await openChromium()
    page = await (await browser.newContext({ timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' })).newPage()
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
    await uisp?.close()
  })

  const go = (path: string) => visit(page, product.url + path)
  const see = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 80_000 })
  const press = (button: string | RegExp) => page.getByRole('button', { name: button, exact: true }).click()
  const count = async (path: string) =>
    (await product.rest<{ items: unknown[] }>('GET', `/api/${path}?limit=1000`)).items.length
  /** Each size and theme: no page wider than its window, nothing that axe finds fault with. */
  async function look(what: string) {
    await page.locator('[data-state="connecting"]').waitFor({ state: 'detached' })
    for (const [kind, width, colorScheme] of sizes) {
      await page.setViewportSize({ width, height: 844 })
      await page.emulateMedia({ colorScheme })
      if (shots) {
        mkdirSync(shots, { recursive: true })
        await page.screenshot({ path: `${shots}/${what}-${kind}-${colorScheme}.png`, fullPage: true })
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      const { violations } = await axe(page)
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    }
    await page.setViewportSize({ width: 1440, height: 844 })
    await page.emulateMedia({ colorScheme: 'light' })
  }

  test('a source is chosen; what is wrong is said at its field', async () => {
    await go('/settings/sources')
    await see('No source yet.')
    await look('sources-none')
    await page.locator('main').getByRole('link', { name: 'Add a source' }).first().click()
    await see('Sites, devices and links of the NMS')
    await look('sources-kinds')
    await page.getByRole('link', { name: /^UISP/ }).click()
    await page.getByLabel('Address').fill('ftp://nothing')
    await press('Add the source')
    await see('Found ftp:, expected https:')
  })

  test('the connection is tried; a certificate that nobody vouches for is refused and can be pinned', async () => {
    await page.getByLabel('Address').fill(uisp.url)
    await page.getByLabel('Token', { exact: true }).fill(apiToken)
    await page.getByLabel('App key of the CRM').fill(crmKey)
    await press('Test the connection')
    await see(tls.fingerprint)
    await look('source-certificate')
    await press('Pin this certificate')
    await page.locator('.note[data-tone="up"]').waitFor({ timeout: 80_000 })
    expect(await page.getByLabel('Pinned certificate, SHA-256').inputValue()).toBe(tls.fingerprint)
    await page.getByLabel('Are its devices pinged too?').selectOption('none')
    await look('source-new')
    await press('Add the source')
    await page.waitForURL(/\/settings\/sources\/\d+$/)
  })

  test('what it would change is shown before it is written, the entry that cannot be read by its name', async () => {
    await see('What it would change')
    await see('1 entry could not be read')
    await look('source-planned')
    await see('45 devices new')
    expect(await count('devices')).toBe(0)
    await page.getByRole('button', { name: /^Apply all/ }).click()
    await until('the devices', async () => (await count('devices')) === 45, 20_000)
    await see('What it changed')
    await look('source-applied')
  })

  test('a device page leads to its client; what an operator edits stays', async () => {
    type Device = { id: number; name: string; client: string | null; upstream: string[] }
    const { items } = await product.rest<{ items: Device[] }>('GET', '/api/devices?limit=1000')
    const feed = items.find((one) => one.name === 'RPlaceholder-FeedCo')
    expect(feed).toMatchObject({ client: 'Example Feed Co (Robin Placeholder)', upstream: ['ex-hill-ap-north'] })
    await product.rest('PATCH', `/api/devices/${feed?.id}`, { name: 'Feed Co radio' })
    await press('Sync now')
    await see('The last reading changed nothing')
    await page.getByText('1 field kept as edited here').click()
    await see('name stays "Feed Co radio", it says "RPlaceholder-FeedCo"')
  })

  test('a fault is said in words, and is over when it answers again', async () => {
    uisp.list(Buffer.from('<html>Bad gateway</html>'))
    await press('Sync now')
    await see(/It has failed since/)
    await look('source-fault')
    await go('/settings/sources')
    await see('Fails')
    await look('sources-list')
    uisp.list(null)
    await page.getByRole('link', { name: 'Open UISP' }).click()
    await press('Sync now')
    await page
      .getByRole('alert')
      .filter({ hasText: 'It has failed since' })
      .waitFor({ state: 'detached', timeout: 80_000 })
    expect(await count('devices')).toBe(45)
  })

  test('its secrets are in no page; changed without them it still reads; removed, what it brought stays', async () => {
    await page.getByRole('link', { name: 'Edit', exact: true }).click()
    await page.getByLabel('Name', { exact: true }).waitFor()
    expect(await page.content()).not.toContain(apiToken)
    expect(await page.content()).not.toContain(crmKey)
    await look('source-edit')
    await page.getByLabel('Name', { exact: true }).fill('Our UISP')
    await press('Save')
    await page.waitForURL(/\/settings\/sources\/\d+$/)
    await see('Our UISP')
    await until('a reading under the new name', async () => {
      const [source] = (
        await product.rest<{ items: { fault: string | null; reading_run_id: number | null }[] }>('GET', '/api/sources')
      ).items
      return source?.fault === null && source.reading_run_id === null
    })
    await page.getByRole('link', { name: 'Edit', exact: true }).click()
    await press('Remove')
    await press('Remove')
    await page.waitForURL('**/settings/sources')
    await see('No source yet.')
    expect(await count('devices')).toBe(45)
  })

  test('a list of clients is pasted, tried and read', async () => {
    await go('/settings/sources/new?kind=csv')
    await page.getByLabel('Name', { exact: true }).fill('Books')
    await page
      .getByLabel('Or paste it here')
      .fill('company,number,email,mac\nAcme Dental,1002,desk@example.net,00:00:5e:00:53:77\n')
    await press('Read it once')
    await page.locator('.note[data-tone="up"]').waitFor({ timeout: 80_000 })
    await look('source-list')
    await page.getByLabel('Changes').selectOption('by_itself')
    await press('Add the source')
    await until('its client', async () => {
      const { items } = await product.rest<{ items: { name: string }[] }>('GET', '/api/clients?limit=1000')
      return items.some((client) => client.name.includes('Acme Dental'))
    })
  })

  test('no page broke its own rules', () => expect(faults).toEqual([]))
})
