import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium } from '../setup/chromium'
import { admin, built, type Product, startProduct, until } from '../setup/product'

const name = 'the map in Chromium: the same network as a drawing and as a list'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

const nowhere = '203.0.113.9' // TEST-NET-3: answers nobody
const cpe = (n: number) => `CPE-${n},127.0.8.${n + 20},cpe,North Ridge,Ridge-AP,Client ${n}`
const devices = [
  'name,address,role,site,upstream,client',
  'Core,127.0.8.1,router,Data room,,',
  'Ridge-Router,127.0.8.2,router,North Ridge,Core,',
  'Ridge-AP,127.0.8.3,ap,North Ridge,Ridge-Router,',
  'Water-Router,127.0.8.4,router,Water Street,Core;Ridge-Router,',
  'Water-AP,127.0.8.5,ap,Water Street,Water-Router,',
  ...Array.from({ length: 12 }, (_, i) => cpe(i + 1)),
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
    await product.rest('POST', '/api/devices/import', devices)
    browser = await openChromium()
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
    page = await context.newPage()
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`))
    page.on('console', (message) => {
      if (/Content Security Policy|hydrat|preload/i.test(message.text()))
        faults.push(`${page.url()}: ${message.text()}`)
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
  })

  const item = (label: string | RegExp) => page.getByRole('treeitem', { name: label })
  const focusedItem = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
  const scale = async () => Number(await page.locator('canvas').getAttribute('data-scale'))
  const drawn = () => page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0)
  const panel = (of: string) => page.getByRole('region', { name: of, exact: true })

  test('the rail leads to it, and it is drawn', async () => {
    await page.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Map' }).click()
    await page.getByRole('heading', { name: 'Map' }).waitFor()
    await drawn()
    await page.getByText('17 devices at 3 sites').waitFor()
    const colours = await page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
      const seen = new Set<number>()
      for (let i = 0; i < data.length; i += 4)
        seen.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0))
      return seen.size
    })
    expect(colours).toBeGreaterThan(20) // words, lines and marks, not an empty ground
  })

  test('the list holds the same tree, with second ways up, states and counts', async () => {
    await item('Data room, site, 1 device').waitFor()
    expect(await page.getByRole('treeitem').count()).toBe(17 + 3)
    await item('Water-Router, Router, Up, 1 below it, also on Ridge-Router').waitFor()
    await item('Ridge-AP, Access point, Up, 12 below it').waitFor()
    expect(await item(/^Ridge-AP/).getAttribute('aria-level')).toBe('4')
    expect(await item(/^CPE-12,/).getAttribute('aria-posinset')).toBe('12')
    expect(await item(/^CPE-12,/).getAttribute('aria-setsize')).toBe('12')
  })

  test('by keys alone: down, close, open, by letters, and pick', async () => {
    await item(/^Data room/).focus()
    await page.keyboard.press('ArrowDown')
    expect(await focusedItem()).toMatch(/^Core/)
    await page.keyboard.press('End')
    expect(await focusedItem()).toMatch(/^Water-AP/)
    await page.keyboard.type('ridge-a')
    expect(await focusedItem()).toMatch(/^Ridge-AP/)
    await page.keyboard.press('ArrowLeft')
    expect(await item(/^CPE-/).count()).toBe(0)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    expect(await focusedItem()).toMatch(/^CPE-1,/)
    await page.keyboard.press('ArrowLeft')
    expect(await focusedItem()).toMatch(/^Ridge-AP/)
    const before = await scale()
    await page.keyboard.press('Enter')
    await panel('Ridge-AP').waitFor()
    await until('the map to fly there', async () => (await scale()) > before)
    await page.waitForURL(/\?at=d\d+$/)
  })

  test('what would go dark is counted, with its clients, and shown', async () => {
    await panel('Ridge-AP').getByText('If this fell, 12 more devices and 12 clients would go dark.').waitFor()
    await panel('Ridge-AP')
      .getByText(/Client 1, Client 2, Client 3 and 9 more/)
      .waitFor()
    await panel('Ridge-AP').getByLabel('Show it on the map').check()
  })

  test('a device with a second way up stays up when one of them falls', async () => {
    await item(/^Ridge-Router/).click()
    await panel('Ridge-Router').getByText('If this fell, 13 more devices and 12 clients would go dark.').waitFor()
    await item(/^Water-Router/).click()
    const ups = panel('Water-Router').getByRole('list', { name: 'Hangs on' })
    await ups.getByRole('button', { name: 'Core' }).waitFor()
    await ups.getByRole('button', { name: 'Ridge-Router' }).waitFor()
    await item(/^Core/).click()
    await panel('Core').getByText('If this fell, 16 more devices and 12 clients would go dark.').waitFor()
  })

  test('the search flies to a client by name', async () => {
    await page.getByLabel('Find on the map').fill('client 7')
    await page.getByRole('option', { name: /CPE-7/ }).waitFor()
    await page.keyboard.press('Enter')
    await panel('CPE-7').getByText('If this fell, 1 client would go dark with it.').waitFor()
    await item(/^CPE-7,/)
      .and(page.locator('[aria-selected=true]'))
      .waitFor()
  })

  test('the address leads back to what was picked', async () => {
    await page.reload()
    await drawn()
    await panel('CPE-7').waitFor()
  })

  test('the wheel zooms, dragging moves, a click beside everything picks nothing, and 0 shows all', async () => {
    const box = await page.locator('canvas').boundingBox()
    if (!box) throw new Error('no canvas')
    await page.getByRole('button', { name: 'Show all' }).click()
    const whole = await scale()
    await page.mouse.move(box.x + 400, box.y + 300)
    await page.mouse.wheel(0, -300)
    await until('it to zoom', async () => (await scale()) > whole)
    await page.mouse.down()
    await page.mouse.move(box.x + 460, box.y + 340, { steps: 5 })
    await page.mouse.up()
    await panel('CPE-7').waitFor() // a drag is no click
    await page.getByRole('application', { name: /Map of 17 devices/ }).focus()
    await page.keyboard.press('0')
    await until('all to be shown', async () => (await scale()) === whole)
    await page.mouse.click(box.x + 5, box.y + box.height - 5)
    await panel('CPE-7').waitFor({ state: 'detached' })
  })

  test('it turns by itself when an AP goes dark', async () => {
    const { items } = await product.rest<{ items: { id: number; name: string }[] }>('GET', '/api/devices?limit=100')
    const ap = items.find((one) => one.name === 'Ridge-AP')
    await product.rest('PATCH', `/api/devices/${ap?.id}`, { address: nowhere })
    const statusNow = async () => (await product.rest<{ status: string }>('GET', `/api/devices/${ap?.id}`)).status
    await until('the AP to be dark', async () => (await statusNow()) === 'down', 60_000)
    await item(/^Ridge-AP, Access point, Down/).waitFor()
    await item('North Ridge, site, 14 devices, 1 dark').click()
    await panel('North Ridge').getByText('1 dark').waitFor()
    await item(/^Ridge-AP/).click()
    await panel('Ridge-AP').getByText('It is dark, and cuts off 12 more devices and 12 clients.').waitFor()
  })

  test('axe finds nothing, in light and wide, in dark and narrow, on the map and on the list', async () => {
    const found: string[] = []
    for (const [colorScheme, width] of [
      ['light', 1440],
      ['dark', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 844 })
      for (const isListed of width === 390 ? [false, true] : [false]) {
        if (isListed) await page.getByRole('button', { name: 'List' }).click()
        const { violations } = await axe(page)
        for (const { id, nodes } of violations)
          found.push(
            `${width}: ${id}: ${nodes
              .map(({ target }) => target)
              .join(' ')
              .slice(0, 200)}`,
          )
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (overflow > 1) found.push(`${width}: ${overflow} px wider than the screen`)
      }
    }
    expect(found).toEqual([])
  })

  test('on a phone an entry of the list leads to the map', async () => {
    await item(/^Water-AP/).click()
    await panel('Water-AP').waitFor()
    expect(await page.getByRole('tree').isVisible()).toBe(false)
  })

  test('nothing broke on the way', () => expect(faults).toEqual([]))
})
