import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium, visit } from '../setup/chromium'
import { admin, built, type Product, startProduct, until } from '../setup/product'
import { encodeReply, type GeneratedAgent, generatedAgent } from '../snmp/generated-agent'
import { apRows, cpeRows, routerRows } from '../snmp/generated-wisp'

const name = 'discovery, SNMP and what hangs on what in Chromium, on generated agents'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const community = 'open-sesame-7f3a'
const net = '127.0.41'
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
  let port: number
  const agents: GeneratedAgent[] = []
  const faults: string[] = []
  const listenTo = (one: Page) => {
    one.on('pageerror', (error) => faults.push(`${one.url()}: ${error}`))
    one.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${one.url()}: ${message.text()}`)
    })
  }
  const signIn = async (one: Page, who: { email: string; password: string }) => {
    listenTo(one)
    await one.goto(`${product.url}/login`)
    await one.getByLabel('E-mail').fill(who.email)
    await one.getByLabel('Password').fill(who.password)
    await one.getByRole('button', { name: 'Sign in' }).click()
    await one.waitForURL((url) => !url.pathname.startsWith('/login'))
  }

  beforeAll(async () => {
    agents.push(await generatedAgent(apRows(`${net}.2`), `${net}.1`))
    port = agents[0]?.port ?? 0
    agents.push(await generatedAgent(cpeRows, `${net}.2`, port), await generatedAgent(routerRows, `${net}.3`, port))
    for (const agent of agents) agent.behaviour = (question, usual) => encodeReply(question, usual(), { community })
    product = await startProduct({ SNMP_WALK_INTERVAL: '20' })
    browser = await openChromium()
    page = await (await browser.newContext({ timezoneId: 'Europe/Berlin' })).newPage()
    await signIn(page, admin)
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
    for (const agent of agents) await agent.close()
  })

  const go = (path: string) => visit(page, product.url + path)
  const see = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 80_000 })
  const press = (button: string | RegExp) => page.getByRole('button', { name: button, exact: true }).click()
  type Device = { id: number; name: string; role: string; upstream: string[] }
  const devices = async () => (await product.rest<{ items: Device[] }>('GET', '/api/devices')).items
  const device = async (called: string) => (await devices()).find((one) => one.name === called)

  test('a profile is added; what is wrong in it is said at its field, what opens devices is never shown', async () => {
    await go('/settings/snmp')
    await see('No profile yet.')
    await page.getByRole('link', { name: 'Add a profile' }).click()
    await press('Add the profile')
    await see('Expected a name.')
    await see('Expected a community.')
    await page.getByLabel('Version').selectOption('3')
    await page.getByLabel('Name', { exact: true }).fill('Radios')
    await page.getByLabel('User').fill('walker')
    await page.getByLabel('Password', { exact: true }).fill('short')
    await press('Add the profile')
    await see('Expected at least 8 characters')
    await page.getByLabel('Version').selectOption('2c')
    await page.getByLabel('Community').fill(community)
    await page.getByLabel('Port').fill(String(port))
    await page.getByLabel('Timeout, s').fill('0.5')
    await page.getByLabel('Tries again').fill('0')
    await press('Add the profile')
    await see('It is added. Try it on a device')
    await page.getByLabel('Name', { exact: true }).fill('MikroTik')
    await press('Save')
    await page.waitForURL('**/settings/snmp')
    await see(`Version 2c, port ${port}; has opened no device yet`)
    for (const path of ['/settings/snmp', `/settings/snmp/1`]) {
      await go(path)
      expect(await page.content()).not.toContain(community)
    }
  })

  test('nothing is searched outside the ranges that are allowed; an admin sets them', async () => {
    await go('/discovery/new')
    await page.getByLabel('Where').fill(`${net}.0/29`)
    await see('8 addresses, about 1 s of pings.')
    await press('Start the search')
    await see('is outside the ranges that a discovery may look at')
    await go('/settings/snmp')
    await page.getByLabel('Ranges').fill('127.0.0.0/8, 10.0.0.0/8, fish')
    await press('Save the ranges')
    await see('Found "fish"')
    await page.getByLabel('Ranges').fill('127.0.0.0/8, 10.0.0.0/8')
    await press('Save the ranges')
    await see('Saved.')
  })

  test('a search shows what it finds as it goes, with names, roles and what hangs on what', async () => {
    await go('/discovery/new')
    await page.getByLabel('Where').fill(`${net}.0/29`)
    await page.getByLabel('Site of what is accepted').fill('North Ridge')
    await press('Start the search')
    await page.waitForURL(/\/discovery\/\d+$/)
    await page.getByText('Done', { exact: true }).waitFor({ timeout: 120_000 })
    const row = (address: string) => page.getByRole('row').filter({ hasText: address })
    await row(`${net}.2`).getByText('RBSXTG-5HPnD').waitFor()
    expect(await row(`${net}.2`).getByRole('textbox').inputValue()).toBe('CPE Acme Dental')
    expect(await row(`${net}.2`).textContent()).toContain('AP Ridge-3 registered there')
    expect(await row(`${net}.1`).textContent()).toContain('MikroTik RB411AR')
    expect(await row(`${net}.1`).textContent()).toContain('1 station')
    expect(await row(`${net}.5`).textContent()).toContain('answers pings only')
    for (const [kind, width, colorScheme] of sizes) {
      await page.setViewportSize({ width, height: 844 })
      await page.emulateMedia({ colorScheme })
      await picture(`discovery-waiting-${kind}-${colorScheme}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      const { violations } = await axe(page)
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    }
    await page.setViewportSize({ width: 1440, height: 844 })
  })

  test('some, none and all: names may be changed before, and what is accepted is watched', async () => {
    const row = (address: string) => page.getByRole('row').filter({ hasText: address })
    await row(`${net}.3`).getByRole('textbox').fill('Core of the ridge')
    await row(`${net}.3`).getByRole('combobox').selectOption('router')
    await page.getByLabel(`Select ${net}.3`).check()
    await see('1 selected')
    await press('Watch')
    await see('1 device is watched from now on.')
    await page.getByRole('link', { name: /^Pings only/ }).click()
    await page.waitForURL(/show=pings/)
    await press('Dismiss all')
    await see(/devices dismissed\./)
    await page.getByRole('link', { name: /^Opened by SNMP/ }).click()
    await page.waitForURL(/show=opened/)
    await press('Watch all 2 devices that SNMP opened')
    await see('2 devices are watched from now on.')
    expect((await devices()).map((one) => [one.name, one.role]).sort()).toEqual([
      ['AP Ridge-3', 'ap'],
      ['CPE Acme Dental', 'cpe'],
      ['Core of the ridge', 'router'],
    ])
  })

  test('the page of a device knows its make, its stations and its way up, and why', async () => {
    await until(
      'the graph to learn',
      async () => (await device('CPE Acme Dental'))?.upstream[0] === 'AP Ridge-3',
      30_000,
    )
    await go(`/devices/${(await device('AP Ridge-3'))?.id}`)
    await see('MikroTik RB411AR')
    await see('SERIAL-AP Ridge-3')
    const station = page.getByRole('row').filter({ hasText: '02:00:00:00:41:02' })
    await station.getByRole('link', { name: 'CPE Acme Dental' }).waitFor()
    expect(await station.textContent()).toContain('-63 dBm')
    await press('Walk now')
    await see('Walked.')
    await go(`/devices/${(await device('CPE Acme Dental'))?.id}`)
    // Its own walk may have said so too by now: then there are two reasons.
    const why = page.locator('details', { hasText: /CPE Acme Dental is registered at wlan1 of AP Ridge-3/ })
    await why.getByText(/^registered there, sure/).click()
    await why.getByText(/CPE Acme Dental is registered at wlan1 of AP Ridge-3/).waitFor()
  })

  test('where a walk is sure of something else than was said by hand, somebody decides', async () => {
    const cpe = await device('CPE Acme Dental')
    await product.rest('PATCH', `/api/devices/${cpe?.id}`, { upstream: ['Core of the ridge'] })
    await product.rest('POST', `/api/devices/${cpe?.id}/walk`)
    await until(
      'a suggestion',
      async () => (await product.rest<{ items: unknown[] }>('GET', '/api/suggestions?open=1')).items.length > 0,
      60_000,
    )
    await go('/topology')
    await see(/CPE Acme Dental/)
    await picture('topology-desk-light')
    await go(`/devices/${cpe?.id}`)
    await press('Hang it on AP Ridge-3')
    await until('it to hang there', async () => (await device('CPE Acme Dental'))?.upstream[0] === 'AP Ridge-3')
    await go('/topology')
    await see('Nothing to decide.')
    await see(/followed .* by Operator/)
  })

  test('a device that has gone silent says so, beside what was known before', async () => {
    const router = agents[2]
    if (router) router.behaviour = () => null
    await go(`/devices/${(await device('Core of the ridge'))?.id}`)
    await press('Walk now')
    await see(/^The last walk,.*failed/)
    await see(/What is shown is of/)
    await see('RB4011iGS+')
  })

  test('a viewer sees what is there, no secret and nothing to press', async () => {
    const viewer = { email: 'viewer@example.net', password: 'another long password' }
    await product.rest('POST', '/api/users', { ...viewer, name: 'Viewer', role: 'viewer' })
    const other = await (await browser.newContext()).newPage()
    await signIn(other, viewer)
    const [first] = (await product.rest<{ items: { id: number }[] }>('GET', '/api/discoveries')).items
    for (const path of [
      '/settings/snmp',
      '/settings/snmp/1',
      '/settings/snmp/new',
      '/discovery',
      '/discovery/new',
      `/discovery/${first?.id}?show=all`,
      '/topology',
      `/devices/${(await device('AP Ridge-3'))?.id}`,
    ]) {
      await other.goto(product.url + path)
      await other.getByRole('heading', { level: 1 }).waitFor()
      expect(await other.content(), path).not.toContain(community)
      expect(await other.locator('main form').count(), path).toBe(0)
      expect(await other.locator('main input:not([type=search]), main textarea').count(), path).toBe(0)
    }
    await other.context().close()
  })

  const picture = async (called: string) => {
    if (!shots) return
    mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: `${shots}/${called}.png`, fullPage: true })
  }

  test.each(sizes)('on a %s of %i px, %s, everything fits and can be read', async (kind, width, colorScheme) => {
    await page.setViewportSize({ width, height: 844 })
    await page.emulateMedia({ colorScheme })
    const [first] = (await product.rest<{ items: { id: number }[] }>('GET', '/api/discoveries')).items
    const paths: Record<string, string> = {
      snmp: '/settings/snmp',
      'snmp-new': '/settings/snmp/new',
      'snmp-profile': '/settings/snmp/1',
      discoveries: '/discovery',
      'discovery-new': '/discovery/new',
      discovery: `/discovery/${first?.id}?show=all`,
      'discovery-decided': `/discovery/${first?.id}?show=decided`,
      topology: '/topology',
      ap: `/devices/${(await device('AP Ridge-3'))?.id}`,
      cpe: `/devices/${(await device('CPE Acme Dental'))?.id}`,
      edit: `/devices/${(await device('CPE Acme Dental'))?.id}/edit`,
    }
    for (const [called, path] of Object.entries(paths)) {
      await go(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('[data-state="live"]').first().waitFor() // its words fade in
      await picture(`${called}-${kind}-${colorScheme}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(0)
      const { violations } = await axe(page)
      expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([])
    }
  })

  test('nothing was refused by the browser on the way', () => expect(faults).toEqual([]))
})
