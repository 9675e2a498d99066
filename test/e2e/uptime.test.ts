import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium, visit } from '../setup/chromium'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { admin, built, type Product, startProduct, until } from '../setup/product'

const name = 'uptime in Chromium, and its report in the mail'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const looks = process.env.SCREENSHOTS // a folder: every page is kept there, to be looked at
const hour = 3_600_000

describe.skipIf(!built)(name, () => {
  let database: TestDatabase
  let product: Product
  let browser: Browser
  let page: Page
  const faults: string[] = []
  const mails: { to: string; raw: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      let raw = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        raw += chunk
      })
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo[0]?.address ?? '', raw })
        done(null)
      })
    },
  })

  beforeAll(async () => {
    settingsForSignIn()
    database = await testDatabase()
    await fillMonths(database)
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const address = server.server.address()
    product = await startProduct({
      DATABASE_URL: database.url,
      SECRET_KEY: process.env.SECRET_KEY ?? '',
      SMTP_URL: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}?tls=none`,
      SMTP_FROM: 'noc@example.net',
    })
    browser = await openChromium()
    const context = await browser.newContext({ timezoneId: 'Europe/Berlin', viewport: { width: 1440, height: 1000 } })
    page = await context.newPage()
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`))
    page.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${page.url()}: ${message.text()}`)
    })
    await page.goto(`${product.url}/login`)
    await page.fill('input[name=email]', admin.email)
    await page.fill('input[name=password]', admin.password)
    await page.click('button[type=submit]')
    await page.waitForURL(`${product.url}/`)
  }, 480_000)
  afterAll(async () => {
    await browser?.close()
    await product?.end()
    server.close(() => {})
    await database?.stop()
  })

  const go = (path: string) => visit(page, product.url + path)
  async function keep(label: string) {
    if (!looks) return
    await mkdir(looks, { recursive: true })
    await page.screenshot({ path: join(looks, `${label}.png`), fullPage: true })
  }

  test('says of all clients how they fared, and nobody needs a mouse for it', async () => {
    await go('/uptime')
    await page.getByText('The worst 3').waitFor()
    const bars = page.getByRole('slider')
    await bars.focus()
    await page.keyboard.press('End')
    expect(await bars.getAttribute('aria-valuetext')).toMatch(/^\w{3}, \d{1,2} \w{3,4} \d{4}: 100 %, none was dark$/)
    await keep('uptime')
    await page.getByText('As a table').click()
    expect(
      await page
        .getByRole('row')
        .filter({ hasText: /^\w{3}, / })
        .count(),
    ).toBe(90)
    await page.getByRole('combobox', { name: 'By' }).selectOption('month')
    await page.waitForURL(/by=month/)
    await page.getByRole('heading', { name: 'By month' }).waitFor()
    const found = await axe(page)
    expect(found.violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([])
  })

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)('its pages fit, %s at %d px, and pass axe', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    for (const [label, path] of Object.entries({ uptime: '/uptime', report: '/uptime/report', mail: '/uptime/mail' })) {
      await go(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await keep(`${label}-${colorScheme}-${width}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      const found = await axe(page)
      expect(found.violations.map((one) => `${path} ${one.id}: ${one.nodes[0]?.html}`)).toEqual([])
    }
    await page.emulateMedia({ colorScheme: null })
    await page.setViewportSize({ width: 1440, height: 1000 })
  })

  test('the report on paper is the report alone, light, whatever the screen was', async () => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await go('/uptime/report')
    await page.getByRole('heading', { name: 'Calendar' }).waitFor()
    const pdf = await page.pdf({ format: 'A4' })
    if (looks) await writeFile(join(looks, 'report.pdf'), pdf)
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' })
    expect(await page.getByRole('navigation').filter({ visible: true }).count()).toBe(0)
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0)
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('light')
    await page.emulateMedia({ colorScheme: null, media: null })
  })

  test('the report is mailed to whom it names, by the house’s server', async () => {
    await go('/uptime/mail')
    await page.getByLabel('To', { exact: true }).fill('boss')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Expected addresses such as noc@example.net.').waitFor()
    await page.getByLabel('To', { exact: true }).fill('boss@example.net')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await page.getByRole('button', { name: 'Send last month’s now' }).click()
    const mail = await until('the report', async () => mails[0], 30_000)
    expect(mail.to).toBe('boss@example.net')
    expect(mail.raw).toMatch(/Subject: Uptime in \w+ \d{4}: 9\d\.\d\d/)
    await until('its row', async () => {
      await page.reload()
      return (await page.getByText(/^accepted/).count()) > 0
    })
  })

  test('no page spoke against the policy or differed between server and browser', () => {
    expect(faults).toEqual([])
  })
})

/** A hundred days of four clients: one was never dark, one has two ways, one is dark every third day, one was once for long. */
async function fillMonths({ sql }: TestDatabase): Promise<void> {
  const ids: number[] = []
  for (const [device, client] of [
    ['CPE 1', 'Acme Dental'],
    ['CPE 2a', 'Example Feed Co (Robin Placeholder)'],
    ['CPE 2b', 'Example Feed Co (Robin Placeholder)'],
    ['CPE 3', '<b>Markup</b> & Sons'],
    ['CPE 4', 'School of North Ridge with a name that is so long that a phone has to break it somewhere'],
  ] as const) {
    const [row] = await sql<{ id: number }[]>`
      insert into targets (kind, name, status, paused_at, created_at)
      values ('device', ${device}, 'up', null, now() - interval '100 days') returning id`
    await sql`insert into devices ${sql({ id: row?.id ?? 0, address: '', pinged: false, client })}`
    ids.push(row?.id ?? 0)
  }
  const [, twoA = 0, twoB = 0, third = 0, fourth = 0] = ids
  const outage = (target: number, daysAgo: number, hours: number) => {
    const began = new Date(Date.now() - daysAgo * 24 * hour)
    return sql`
      insert into outages (target_id, began_at, isolated_at, ended_at, opened_evidence)
      values (${target}, ${began}, ${began}, ${new Date(began.getTime() + hours * hour)}, '{}')`
  }
  for (let day = 3; day < 95; day += 3) await outage(third, day, 0.5)
  await outage(fourth, 40, 30)
  await outage(twoA, 30, 5)
  await outage(twoB, 29.9, 5)
}
