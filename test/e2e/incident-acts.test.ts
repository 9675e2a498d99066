import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium } from '../setup/chromium'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { admin, built, type Product, startProduct, until } from '../setup/product'
import { seedWhys } from '../setup/why-scene'

const name = 'what people do with an incident, in Chromium'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const silent = '203.0.113.9' // TEST-NET-3: answers nobody
const bob = { email: 'bob@example.net', password: 'another long password', name: 'Bob' }
const looks = process.env.SCREENSHOTS // a folder: every page is kept there, to be looked at

describe.skipIf(!built)(name, () => {
  let database: TestDatabase
  let product: Product
  let browser: Browser
  let anna: Page
  const faults: string[] = []
  let incident = 0
  let told = 0
  let channels = new Map<string, number>()

  beforeAll(async () => {
    settingsForSignIn()
    database = await testDatabase()
    product = await startProduct({
      DATABASE_URL: database.url,
      SECRET_KEY: process.env.SECRET_KEY ?? '',
      PING_INTERVAL: '1',
    })
    await product.rest('POST', '/api/users', { ...bob, role: 'operator' })
    incident = await dark('Ridge-3')
    told = await dark('Ridge-4')
    const { sql } = database
    const [row] = await sql<{ openedAt: Date }[]>`select opened_at as "openedAt" from incidents where id = ${told}`
    channels = await seedWhys(sql, { id: told, name: 'Ridge-4', openedAt: row?.openedAt ?? new Date() })
    browser = await openChromium()
    anna = await enter({ viewport: { width: 1440, height: 900 } })
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
    await database?.stop()
  })

  /** An incident of a device that is dark, as the gate and the keeper make it. */
  async function dark(device: string) {
    const { id } = await product.rest<{ id: number }>('POST', '/api/devices', {
      name: device,
      address: silent,
      site: 'North Ridge',
    })
    const { sql } = database
    await sql`
      insert into outages (target_id, began_at, isolated_at, opened_evidence)
      values (${id}, now() - interval '4 minutes', now() - interval '4 minutes', '{}') on conflict do nothing`
    await sql`select pg_notify('beatline_events', '0')`
    const [found] = await until('the incident', async () => {
      const rows = await sql<{ id: number }[]>`select id from incidents where target_id = ${id}`
      return rows.length > 0 ? rows : null
    })
    return found?.id ?? 0
  }

  async function enter(how: BrowserContextOptions, who: { email: string; password: string } = admin) {
    const context = await browser.newContext({ timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', ...how })
    const page = await context.newPage()
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`))
    page.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${page.url()}: ${message.text()}`)
    })
    await page.goto(`${product.url}/login`)
    await page.getByLabel('E-mail').fill(who.email)
    await page.getByLabel('Password').fill(who.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => url.pathname === '/')
    return page
  }
  const see = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 60_000 })
  const keep = async (page: Page, what: string) => {
    if (!looks) return
    await mkdir(looks, { recursive: true })
    await page.screenshot({ path: join(looks, `${what}.png`), fullPage: true })
  }

  test('what one operator does the other sees at once', async () => {
    const other = await enter({ viewport: { width: 390, height: 844 }, hasTouch: true }, bob)
    for (const page of [anna, other]) await page.goto(`${product.url}/incidents/${incident}`)
    await see(other, 'Nobody on it yet')
    await other.getByRole('status').getByText('Live').waitFor()
    await anna.getByRole('button', { name: 'Acknowledge' }).click()
    await see(other, /is on it,/)
    await see(other, /acknowledged it after/)

    await other.getByRole('button', { name: 'Hand over' }).click()
    await keep(other, 'sheet-hand-over-phone')
    await other.getByLabel('Operator').selectOption({ label: 'Bob' })
    await other.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click()
    await see(anna, 'Handed to')
    await see(anna, /took it on\./)

    await anna.getByRole('button', { name: 'Snooze' }).click()
    await keep(anna, 'sheet-snooze')
    await anna.getByLabel('2 hours').check()
    await anna.getByLabel('Reason').fill('Waiting for the power company')
    await anna.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click()
    await see(other, /Snoozed until/)
    await see(other, 'snoozed it for 2 h: Waiting for the power company.')

    await other.getByRole('button', { name: 'Mute' }).click()
    await other.getByLabel('For some channels').check()
    await other.getByRole('button', { name: 'Keep' }).click()
    await see(other, 'Tick at least one channel.')
    await other.getByLabel(/^Boss/).check()
    await keep(other, 'sheet-mute-phone')
    await other.getByRole('button', { name: 'Keep' }).click()
    await see(anna, 'Muted for Boss')

    await other.getByLabel('Add a note').fill('At the foot of the mast.\nNo light in the cabinet.')
    await other.getByRole('button', { name: 'Add the note' }).click()
    await see(anna, /No light in the cabinet/)
    await keep(anna, 'incident-open-desk')
    await keep(other, 'incident-open-phone')

    await anna.getByRole('button', { name: 'Unmute' }).click()
    await anna.getByRole('button', { name: 'End the snooze' }).click()
    await anna.getByRole('button', { name: 'Let go' }).click()
    await see(other, 'Nobody on it yet')
    await see(other, /ended the snooze\./)
    await other.context().close()
  })

  test('with keys alone: a sheet opens, Escape closes it, and the focus is where it was', async () => {
    await anna.goto(`${product.url}/incidents/${incident}`)
    await anna.getByRole('button', { name: 'Mute' }).focus()
    await anna.keyboard.press('Enter')
    await anna.getByRole('dialog').waitFor()
    await anna.keyboard.press('Escape')
    await anna.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await anna.evaluate(() => document.activeElement?.textContent)).toBe('Mute')
  })

  test('the link of a message: opening it changes nothing, pressing acknowledges without a session, once', async () => {
    const { acknowledgeUrl } = await import('@/lib/action-tokens')
    const link = acknowledgeUrl(product.url, incident, channels.get('NOC Slack') ?? 0)
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
      timezoneId: 'Europe/Berlin',
    })
    const stranger = await context.newPage()
    await stranger.goto(link)
    await see(stranger, 'Ridge-3 is dark')
    expect(
      (await product.rest<{ acknowledged_at: string | null }>('GET', `/api/incidents/${incident}`)).acknowledged_at,
    ).toBeNull()
    await keep(stranger, 'acknowledge-phone-dark')
    await stranger.getByRole('button', { name: 'Acknowledge' }).click()
    await see(stranger, 'NOC Slack is on it.')
    await keep(stranger, 'acknowledge-done-phone-dark')
    await product.rest('DELETE', `/api/incidents/${incident}/acknowledge`)
    await stranger.goto(link)
    await see(stranger, 'This link was used once already')
    await stranger.goto(`${link}x`)
    await see(stranger, 'This link is not')
    await context.close()
  })

  test('the same without a script', async () => {
    const { acknowledgeUrl } = await import('@/lib/action-tokens')
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(acknowledgeUrl(product.url, incident, channels.get('Boss') ?? 0))
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await see(page, 'Boss is on it.')
    await context.close()
  })

  test('why was I told, or not: of an incident, and of a channel at a time', async () => {
    await anna.goto(`${product.url}/incidents/${told}/why`)
    for (const sentence of [
      /Withheld by the blackout "Mast work"/,
      /is muted for everyone/,
      /filed under Tower North/,
      /No route leads to Billing/,
      /Old pager cannot be told anything since/,
      /Since then: Delayed until/,
      /Sam acknowledged Ridge-4/,
    ])
      await see(anna, sentence)
    await keep(anna, 'why-incident-desk')
    await anna.getByText('The decision, and what it was made from').first().click()
    await anna.getByRole('link', { name: 'Ask about another channel' }).click()
    await anna.getByLabel('Channel').selectOption(String(channels.get('Sales')))
    await anna.getByRole('button', { name: 'Ask' }).click()
    await see(anna, /Sales at .*: \d incidents?/)
    await see(anna, /is muted for everyone/)
    await keep(anna, 'why-at-desk')
    await anna.goto(`${product.url}/why?at=2020-01-01T00:00:00Z&channel=${channels.get('Sales')}`)
    await see(anna, 'There was nothing to tell.')
  })

  test('resolved by hand: it ends for everyone, and the board says that it is measured on', async () => {
    await anna.goto(`${product.url}/incidents/${incident}`)
    await anna.getByRole('button', { name: 'Resolve by hand' }).click()
    await keep(anna, 'sheet-resolve')
    await anna.getByLabel('Reason').fill('Taken down for good')
    await anna.getByRole('button', { name: 'Resolve it now' }).click()
    await see(anna, /resolved it by hand; one outage in it goes on/)
    await see(anna, /Taken down for good\. Its outage goes on, and is measured\./)
    expect(await anna.getByRole('button', { name: 'Snooze' }).count()).toBe(0)
    await keep(anna, 'incident-resolved-desk')
    await anna.goto(`${product.url}/`)
    await see(anna, /resolved it by hand; it is measured on/)
    await keep(anna, 'board-resolved-desk')
  })

  test('axe finds nothing, and nothing is wider than the screen', async () => {
    const { acknowledgeUrl } = await import('@/lib/action-tokens')
    const link = acknowledgeUrl('', told, channels.get('Boss') ?? 0)
    const paths = [
      `/incidents/${incident}`,
      `/incidents/${told}`,
      `/incidents/${told}?acknowledge=1`,
      `/incidents/${told}/why`,
      '/why',
      link,
    ]
    const found: string[] = []
    for (const [colorScheme, width] of [
      ['light', 1440],
      ['dark', 1440],
      ['light', 390],
      ['dark', 390],
    ] as const) {
      await anna.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await anna.setViewportSize({ width, height: 900 })
      for (const path of paths) {
        await anna.goto(product.url + path)
        await anna.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => {})
        const { violations } = await axe(anna)
        for (const { id, nodes } of violations)
          found.push(
            `${path} ${colorScheme} ${width}: ${id}: ${nodes.map((node) => node.target).join(' | ')}`.slice(0, 300),
          )
        const overflow = await anna.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (overflow > 1) found.push(`${path} ${width}: ${overflow} px wider than the screen`)
        await keep(anna, `${path.replace(/\W+/g, '-').slice(0, 40)}-${colorScheme}-${width}`)
      }
    }
    expect(found).toEqual([])
  })

  test('no page broke the content security policy or failed while it came alive', () => expect(faults).toEqual([]))
})
