import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium, visit } from '../setup/chromium'
import { admin, built, type Product, startProduct } from '../setup/product'

const name = 'the pages of the whole product in Chromium'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const nowhere = '192.0.2.77' // TEST-NET-1: answers nobody
const devices = [
  'name,address,role,site,upstream,tags',
  'Core,127.0.3.1,router,Data room,,core',
  'Ridge-1,127.0.3.2,ap,North Ridge,Core,wisp',
  'Ridge-2,127.0.3.3,ap,North Ridge,Core,wisp',
].join('\n')

describe.skipIf(!built)(name, () => {
  let product: Product
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const faults: string[] = []

  beforeAll(async () => {
    product = await startProduct({
      PING_INTERVAL: '1',
      PING_TIMEOUT: '0.3',
      ISOLATE_MISSES: '2',
      ISOLATE_SECONDS: '10',
    })
    browser = await openChromium()
    context = await browser.newContext({ timezoneId: 'Europe/Berlin' })
    page = await context.newPage()
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`))
    page.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${page.url()}: ${message.text()}`)
    })
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
  })

  const idOf = async (device: string) => {
    const { items } = await product.rest<{ items: { id: number; name: string }[] }>('GET', '/api/devices?limit=100')
    return items.find((one) => one.name === device)?.id ?? 0
  }
  const go = (path: string) => visit(page, product.url + path)
  const see = (text: string | RegExp, timeout = 15_000) => page.getByText(text).first().waitFor({ timeout })

  test('a stranger is sent to sign in, and a wrong password is answered in words', async () => {
    await go('/devices')
    await page.waitForURL('**/login**')
    await page.getByLabel('E-mail').fill(admin.email)
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await see('E-mail and password do not match')
  })

  test('signing in leads back to what was asked, and the board to the first run', async () => {
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/devices')
    await go('/')
    await see('Nothing is watched yet.')
  })

  test('a wrong address is named at its field, a right one adds the device', async () => {
    await go('/devices/new')
    await page.getByLabel('Name', { exact: true }).fill('Lone')
    await page.getByLabel('Address').fill('10.0.0.300')
    await page.getByRole('button', { name: 'Add the device' }).click()
    await see('Found "10.0.0.300"')
    await page.getByLabel('Address').fill('127.0.3.9')
    await page.getByRole('button', { name: 'Add the device' }).click()
    await page.waitForURL(/\/devices\/\d+$/)
    await page.getByRole('heading', { name: 'Lone' }).waitFor()
  })

  test('an import names each bad line before anything is written', async () => {
    await go('/devices/import')
    await page.getByLabel('Or paste it here').fill(`${devices}\nRidge-3,10.0.0.999,ap,North Ridge,Core,wisp`)
    await page.getByRole('button', { name: 'Look at it first' }).click()
    await see('found "10.0.0.999"')
    expect(await idOf('Ridge-1')).toBe(0)
    await page.getByRole('button', { name: 'Import 3 devices' }).click()
    await see('3 devices added')
    expect(await idOf('Ridge-1')).toBeGreaterThan(0)
  })

  test('nothing is dark, and the page says so', async () => {
    await go('/')
    await see('Nothing is dark.')
    await page.getByRole('status').getByText('Live').waitFor()
  })

  test('the board turns by itself when a device goes dark', async () => {
    await go('/')
    await see('Nothing is dark.')
    const id = await idOf('Ridge-2')
    await product.rest('PATCH', `/api/devices/${id}`, { address: nowhere })
    await page.getByRole('heading', { name: 'Ridge-2' }).waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await see('is on it')
    await page.getByRole('link', { name: 'Open Ridge-2' }).click()
    await page.getByRole('heading', { name: /Ridge-2 is dark/ }).waitFor()
    await see(/acknowledged it after/)
    await page.getByLabel('Add a note').fill('Sawdust in the switch.')
    await page.getByRole('button', { name: 'Add the note' }).click()
    await see('Sawdust in the switch.')
  })

  test('the evidence of an outage shows the pings that were missed', async () => {
    await page
      .getByRole('link', { name: /Evidence of outage/ })
      .first()
      .click()
    await see('nothing within the timeout')
    await see('2 misses in 10 s')
  })

  test('the board turns back when the device answers', async () => {
    await go('/')
    await page.getByRole('heading', { name: 'Ridge-2' }).waitFor()
    await product.rest('PATCH', `/api/devices/${await idOf('Ridge-2')}`, { address: '127.0.3.3' })
    await see('Nothing is dark.')
    await go('/incidents/1')
    await page.getByRole('heading', { name: /Ridge-2 was dark/ }).waitFor()
  })

  test('/ finds a device by keys alone', async () => {
    await go('/incidents')
    await page.getByRole('heading', { name: 'Incidents' }).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('ridge-1')
    await page.getByRole('option', { name: /Ridge-1/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Ridge-1' }).waitFor()
  })

  test('the list keeps its filters in the address, and pauses what is ticked', async () => {
    await go('/devices')
    await page.getByRole('searchbox').fill('ridge')
    await page.waitForURL(/q=ridge/)
    await page.getByLabel('Select Ridge-1').check()
    await page.getByRole('button', { name: 'Pause' }).click()
    await see('1 device paused.')
    await page.getByRole('row', { name: /Ridge-1.*Paused|Paused.*Ridge-1/ }).waitFor()
  })

  test('a rule that can never be met is refused with its reason', async () => {
    await go('/settings/isolation')
    await page.getByLabel('Misses').fill('50')
    await page.getByLabel('Within, s').fill('5')
    await page.getByRole('button', { name: 'Save' }).click()
    await see('50 misses cannot fall within 5 s')
  })

  test('a lost connection loses nothing that was typed', async () => {
    await go('/devices/new')
    await page.getByLabel('Name', { exact: true }).fill('Typed')
    await page.getByLabel('Address').fill('127.0.3.10')
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Add the device' }).click()
    await see('Nothing is lost')
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Typed')
    await context.setOffline(false)
  })

  test('what asks before it deletes takes the focus along, and gives it back', async () => {
    await go(`/devices/${await idOf('Lone')}`)
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.waitForFunction(() => document.activeElement?.textContent === 'Keep')
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => document.activeElement?.textContent === 'Delete')
  })

  test('what goes dark is announced', async () => {
    await go('/incidents')
    await page.getByRole('status').getByText('Live').waitFor()
    const id = await idOf('Ridge-2')
    await product.rest('PATCH', `/api/devices/${id}`, { address: nowhere })
    await page.getByRole('status').filter({ hasText: 'Ridge-2 is dark.' }).waitFor({ state: 'attached' })
    await product.rest('PATCH', `/api/devices/${id}`, { address: '127.0.3.3' })
    await page.getByRole('status').filter({ hasText: 'Ridge-2 is back.' }).waitFor({ state: 'attached' })
  })

  test('an API key is shown once', async () => {
    await go('/settings/keys')
    await page.getByLabel('New key, for').fill('a script')
    await page.getByRole('button', { name: 'Make the key' }).click()
    await see(/^bl_/)
    await page.reload()
    await see('never used')
    expect(await page.getByText(/^bl_[\w-]{40,}/).count()).toBe(0)
  })

  test('axe finds nothing on any page, in light and wide, in dark and narrow', async () => {
    const ridge = await idOf('Ridge-2')
    const paths = [
      ...['/', '/incidents', '/incidents/1', '/outages', '/outages/1', '/devices', `/devices/${ridge}`],
      ...[
        `/devices/${ridge}/edit`,
        '/devices/new',
        '/devices/import',
        '/settings',
        '/settings/push',
        '/settings/sites',
      ],
      ...[
        '/settings/isolation',
        '/settings/probes',
        '/settings/keys',
        '/settings/users',
        '/offline',
        '/login',
        '/nowhere',
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
          found.push(
            `${path} ${colorScheme} ${width}: ${id}: ${nodes
              .map((node) => node.target)
              .join(' | ')
              .slice(0, 200)}`,
          )
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (overflow > 1) found.push(`${path} ${width}: ${overflow} px wider than the screen`)
      }
    }
    expect(found).toEqual([])
  })

  test('no page broke the content security policy or failed while it came alive', () => expect(faults).toEqual([]))

  test('signing out takes the kept board along', async () => {
    const isKept = () =>
      page.evaluate(async () => Boolean(await (await caches.open('beatline-offline')).match('/offline/known.json')))
    await go('/')
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    await go('/')
    await page.waitForFunction(async () =>
      Boolean(await (await caches.open('beatline-offline')).match('/offline/known.json')),
    )
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.getByLabel(/: account$/).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL('**/login')
    expect(await isKept()).toBe(false)
    await go('/')
    await page.waitForURL('**/login**')
  })
})
