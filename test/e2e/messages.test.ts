import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { headersOf, partsOf, words } from '../delivery/mail-server'
import { account, addClient } from '../messages/scene'
import { axe, openChromium } from '../setup/chromium'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { admin, built, type Product, startProduct, until } from '../setup/product'

const name = 'messages to clients, in Chromium and by a real mail server'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const silent = '203.0.113.9' // TEST-NET-3: answers nobody
const looks = process.env.SCREENSHOTS // a folder: every page is kept there, to be looked at

describe.skipIf(!built)(name, () => {
  let database: TestDatabase
  let product: Product
  let browser: Browser
  let anna: Page
  let incident = 0
  let root = 0
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
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const address = server.server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    product = await startProduct({
      DATABASE_URL: database.url,
      SECRET_KEY: process.env.SECRET_KEY ?? '',
      SMTP_URL: `smtp://127.0.0.1:${port}?tls=none`,
      SMTP_FROM: 'noc@example.net',
      TWILIO_ACCOUNT_SID: account.account_sid,
      TWILIO_AUTH_TOKEN: account.auth_token,
      TWILIO_FROM: account.from_number,
      PING_INTERVAL: '1',
    })
    const { sql } = database
    root = (
      await product.rest<{ id: number }>('POST', '/api/devices', {
        name: 'Ridge-3',
        address: silent,
        role: 'ap',
        site: 'North Ridge',
      })
    ).id
    for (let n = 1; n <= 38; n++)
      await addClient(
        sql,
        clientNames[n - 1] ?? `Client ${n}`,
        root,
        n % 4 === 0
          ? { phone: null, email: `client-${n}@example.net`, language: n % 8 === 0 ? 'de' : 'en' }
          : n % 5 === 0
            ? { language: 'es' }
            : {},
      )
    for (const missing of ['No Phone Ltd', 'Silent & Sons <b>']) await addClient(sql, missing, root, { phone: null })
    const out = await addClient(sql, 'Opted Out Farm', root)
    await sql`insert into opt_outs (medium, address, how) values ('sms', ${out.phone ?? ''}, 'STOP by text')`
    // Their radios are watched by nobody: what is known of them is that they hang on the access point.
    await sql`update targets set paused_at = now() where id in (select id from devices where client_id is not null)`
    for (let n = 1; n <= 9; n++)
      await sql`
        insert into outages (target_id, began_at, isolated_at, ended_at, opened_evidence) values (${root},
          now() - make_interval(days => ${n}), now() - make_interval(days => ${n}),
          now() - make_interval(days => ${n}) + make_interval(mins => ${n === 9 ? 95 : n + 4}), '{}')`
    await sql`
      insert into outages (target_id, began_at, isolated_at, opened_evidence)
      values (${root}, now() - interval '4 minutes', now() - interval '4 minutes', '{}') on conflict do nothing`
    await sql`select pg_notify('beatline_events', '0')`
    const [found] = await until('the incident', async () => {
      const rows = await sql<
        { id: number }[]
      >`select id from incidents where target_id = ${root} and resolved_at is null`
      return rows.length > 0 ? rows : null
    })
    incident = found?.id ?? 0
    browser = await openChromium()
    anna = await enter({ viewport: { width: 1440, height: 900 } })
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
    await database?.stop()
    server.close(() => {})
  })

  async function enter(how: BrowserContextOptions) {
    const context = await browser.newContext({ timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', ...how })
    const page = await context.newPage()
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`))
    page.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${page.url()}: ${message.text()}`)
    })
    await page.goto(`${product.url}/login`)
    await page.getByLabel('E-mail').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => url.pathname === '/')
    return page
  }
  const see = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 60_000 })
  const keep = async (page: Page, what: string) => {
    if (!looks) return
    await mkdir(looks, { recursive: true })
    await page.screenshot({ path: join(looks, `messages-${what}.png`), fullPage: true })
  }

  test('the incident shows how many can be told, for how much, and how long to wait; the page who is left out and why', async () => {
    await anna.goto(`${product.url}/incidents/${incident}`)
    await see(anna, '38 clients can be told')
    await see(anna, '3 left out')
    await see(anna, /of the last 9 outages of Ridge-3 that lasted this long/)
    await keep(anna, 'incident-desk')
    await anna.getByRole('link', { name: 'Whom, what and how' }).click()
    await see(anna, 'Message clients behind')
    await see(anna, 'opted out of texts; no e-mail address')
    await see(anna, 'Silent & Sons <b>')
    await see(anna, /Su servicio de internet/)
    await keep(anna, 'new-desk')
  })

  test('after a wait, with a countdown here and on the board, and cancelled', async () => {
    await anna.getByLabel('Minutes').fill('0')
    await anna.getByRole('button', { name: 'Wait, then tell who is still dark' }).click()
    await see(anna, 'A number of minutes from 1 to 1440.')
    await anna.getByLabel('Minutes').fill('10')
    await anna.getByRole('button', { name: 'Wait, then tell who is still dark' }).click()
    await anna.waitForURL(/\/messages\/\d+$/)
    await see(anna, /in 9 min/)
    await keep(anna, 'waiting-desk')
    await anna.goto(product.url)
    await anna.getByRole('link', { name: /Clients told in 9 min/ }).waitFor()
    await keep(anna, 'board-desk')
    await anna.goto(`${product.url}/incidents/${incident}`)
    await anna.getByRole('button', { name: /Cancel message/ }).click()
    await anna.getByRole('button', { name: 'Cancel', exact: true }).click()
    await see(anna, 'Cancelled')
    await see(anna, '38 clients can be told')
  })

  test('now, by e-mail alone: each in its language, and each is shown as told', async () => {
    await anna.goto(`${product.url}/messages/new?incident=${incident}&media=email`)
    await anna.getByRole('button', { name: /Tell 9 clients now/ }).click()
    await anna.waitForURL(/\/messages\/\d+$/)
    await until('nine mails', async () => mails.length === 9)
    expect(mails.map(({ to }) => to).sort()).toEqual(
      [4, 8, 12, 16, 20, 24, 28, 32, 36].map((n) => `client-${n}@example.net`).sort(),
    )
    const subjects = mails.map(({ raw }) => words(headersOf(raw).subject)).sort()
    expect(new Set(subjects)).toEqual(new Set(['Ihr Internet ist gestört', 'Your internet service is interrupted']))
    await see(anna, '9 clients told')
    await see(anna, 'Ihr Internet (North Ridge) ist seit')
    await keep(anna, 'done-desk')
    await anna.goto(`${product.url}/messages`)
    await see(anna, 'Cancelled by')
    await keep(anna, 'list-desk')
  })

  test('the link under a mail ends such mails, also without a script', async () => {
    const text = partsOf(mails[0]?.raw ?? '')[0]?.body ?? ''
    const link = /http:\/\/\S+\/opt-out\/\S+/.exec(text)?.[0] ?? ''
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } })
    const client = await context.newPage()
    await client.goto(link)
    await keep(client, 'opt-out-phone')
    await client.getByRole('button', { name: 'Send me no more' }).click()
    await see(client, /gets no more mails/)
    await context.close()
    await anna.goto(`${product.url}/messages/opt-outs`)
    await see(anna, 'link in an e-mail')
    await anna.getByLabel('Number or e-mail address').fill('+1 406 555 0199')
    await anna.getByRole('button', { name: 'Send nothing more there' }).click()
    await see(anna, 'Nothing more goes there.')
    await see(anna, '+14065550199')
    await keep(anna, 'opt-outs-desk')
  })

  test('templates: what is typed is shown as a real incident makes it, and kept only when it makes something', async () => {
    await anna.goto(`${product.url}/messages/templates`)
    const area = anna.getByLabel('Text, English').first()
    await area.fill('Out at {{ site }} since {{ began }}, {{ client.nam')
    await see(anna, /cannot be made/)
    await area.fill('Out at {{ site }}: {{ client.company }}.')
    await see(anna, 'Out at North Ridge: Example Feed Co.')
    await anna.getByRole('button', { name: 'Keep these words' }).first().click()
    await see(anna, 'Kept.')
    await keep(anna, 'templates-desk')
    await anna.goto(`${product.url}/messages/new?incident=${incident}`)
    await see(anna, 'Out at North Ridge: .')
    await anna.goto(`${product.url}/settings/messages`)
    await anna.getByLabel('Who writes').fill('Example Net')
    await anna.getByRole('button', { name: 'Keep', exact: true }).click()
    await see(anna, 'Kept.')
    await keep(anna, 'settings-desk')
  })

  test('every page on a phone, in the dark, for everyone', async () => {
    const phone = await enter({ viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: 'dark' })
    const pages = {
      incident: `/incidents/${incident}`,
      new: `/messages/new?incident=${incident}`,
      list: '/messages',
      one: '/messages/2',
      templates: '/messages/templates',
      'opt-outs': '/messages/opt-outs',
      settings: '/settings/messages',
    }
    for (const [what, path] of Object.entries(pages)) {
      await phone.goto(product.url + path)
      await phone.getByRole('heading', { level: 1 }).first().waitFor()
      if (what === 'templates') await phone.locator('blockquote').nth(3).waitFor()
      await keep(phone, `${what}-phone-dark`)
      const wide = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      expect(wide, path).toBe(false)
      const { violations } = await axe(phone)
      expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([])
    }
    await phone.context().close()
    expect(faults).toEqual([])
  })
})

const clientNames = [
  'Acme Dental',
  'Example Feed Co (Robin Placeholder)',
  'J. Placeholder',
  'Mountain Bakery',
  '农场 Farm',
  'مخبز الجبل',
]
