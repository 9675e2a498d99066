import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openChromium } from '../setup/chromium'
import { admin, type Product, startProduct, until } from '../setup/product'
import { providerRows } from '../setup/provider-rows'
import { quantile } from './quantile'

/**
 * `npm run bench -- map [devices] [folder]`. The map of 5,000 devices in Chromium: ms from the visit to its first drawing
 * (the middle of five), and the frames of panning and zooming: the longest, the 99th of 100, and the fewest in any second.
 * With a folder it puts pictures there, wide and narrow, light and dark.
 */
export default async function benchMap(args: string[]): Promise<void> {
  const devices = Number(args[0] ?? 5000)
  const product = await startProduct({
    PING_INTERVAL: '60',
    PING_TIMEOUT: '1',
    ISOLATE_MISSES: '2',
    ISOLATE_SECONDS: '150',
  })
  let browser: Browser | undefined
  try {
    const rows = providerRows(devices)
    for (let at = 0; at < rows.length; at += 5000) {
      await product.rest('POST', '/api/devices/import', rows.slice(at, at + 5000))
    }
    await until('every device to be up', () => everyoneIsUp(product), 200_000)
    browser = await openChromium()
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    await signIn(context, product)
    const first = await firstDrawings(context, product)
    const { pan, zoom } = await frames(context, product)
    if (args[1]) await takePictures(browser, context, product, args[1], rows.length)
    console.log(JSON.stringify({ name: 'map', devices: rows.length, ...first, pan, zoom }))
  } finally {
    await browser?.close()
    await product.end()
  }
}

async function everyoneIsUp(product: Product): Promise<boolean> {
  for (const status of ['new', 'unknown', 'suspect']) {
    const { items } = await product.rest<{ items: unknown[] }>('GET', `/api/devices?status=${status}&limit=1`)
    if (items.length > 0) return false
  }
  return true
}

async function signIn(context: BrowserContext, product: Product): Promise<void> {
  const page = await context.newPage()
  await page.goto(`${product.url}/login`)
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password').fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/login'))
  await page.close()
}

const drawn = (page: Page) => page.waitForFunction(() => performance.getEntriesByName('map-drawn').length > 0)

async function openMap(context: BrowserContext, product: Product, path = '/map'): Promise<Page> {
  const page = await context.newPage()
  await page.goto(product.url + path, { waitUntil: 'commit' })
  await drawn(page)
  return page
}

/** The first visit has an empty cache; the others know the scripts. */
async function firstDrawings(context: BrowserContext, product: Product) {
  const times: number[] = []
  for (let i = 0; i < 5; i++) {
    const page = await openMap(context, product)
    times.push(await page.evaluate(() => performance.getEntriesByName('map-drawn')[0]?.startTime ?? 0))
    await page.close()
  }
  const [coldMs = 0] = times
  return {
    cold_ms: Math.round(coldMs),
    first_ms: Math.round(
      quantile(
        times.toSorted((a, b) => a - b),
        0.5,
      ),
    ),
  }
}

async function frames(context: BrowserContext, product: Product) {
  const page = await openMap(context, product)
  await page.waitForTimeout(1500)
  const box = await page.locator('canvas').boundingBox()
  if (!box) throw new Error('The map has no canvas')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const pan = await counted(page, async () => {
    for (let round = 0; round < 4; round++) {
      await page.mouse.move(middle.x - 300, middle.y - 150)
      await page.mouse.down()
      await page.mouse.move(middle.x + 300, middle.y + 150, { steps: 60 })
      await page.mouse.up()
    }
  })
  const zoom = await counted(page, async () => {
    await page.mouse.move(middle.x, middle.y)
    for (const delta of [...Array(40).fill(-60), ...Array(50).fill(60), ...Array(20).fill(-60)]) {
      await page.mouse.wheel(0, delta)
      await page.waitForTimeout(12)
    }
  })
  await page.close()
  return { pan, zoom }
}

/** Counts the frames while something is done. */
async function counted(page: Page, work: () => Promise<void>) {
  await page.evaluate(() => {
    const times: number[] = []
    Object.assign(window, { beatlineFrames: times })
    const tick = (time: number) => {
      times.push(time)
      if ('beatlineFrames' in window) requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })
  await work()
  const times = await page.evaluate(() => {
    const { beatlineFrames } = window as unknown as { beatlineFrames: number[] }
    Reflect.deleteProperty(window, 'beatlineFrames')
    return beatlineFrames
  })
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  gaps.sort((a, b) => a - b)
  const perSecond = times
    .filter((time) => time <= (times.at(-1) ?? 0) - 1000)
    .map((time) => times.filter((other) => other >= time && other < time + 1000).length)
  return {
    frames: times.length,
    fewest_per_s: Math.min(...perSecond),
    p99_ms: Math.round(quantile(gaps, 0.99)),
    longest_ms: Math.round(gaps.at(-1) ?? 0),
  }
}

async function takePictures(
  browser: Browser,
  context: BrowserContext,
  product: Product,
  folder: string,
  devices: number,
) {
  mkdirSync(folder, { recursive: true })
  await darkenSome(product)
  const storageState = await context.storageState()
  const { items } = await product.rest<{ items: { id: number; name: string }[] }>(
    'GET',
    '/api/devices?search=AP%201&limit=20',
  )
  const ap = items.find(({ name }) => /AP 1$/.test(name))?.id ?? 1
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, width, height] of [
      ['desk', 1440, 900],
      ['phone', 390, 844],
    ] as const) {
      const other = await browser.newContext({
        viewport: { width, height },
        colorScheme,
        storageState,
        deviceScaleFactor: name === 'phone' ? 2 : 1,
        hasTouch: name === 'phone',
        isMobile: name === 'phone',
        reducedMotion: 'reduce',
      })
      for (const [what, path] of [
        ['all', '/map'],
        ['ap', `/map?at=d${ap}`],
      ] as const) {
        const page = await openMap(other, product, path)
        await page.waitForTimeout(600)
        if (what === 'ap') await page.getByLabel('Show it on the map').check()
        await page.waitForTimeout(200)
        await page.screenshot({ path: join(folder, `${devices}-${name}-${colorScheme}-${what}.png`) })
        if (what === 'all' && name === 'phone') {
          await page.getByRole('button', { name: 'List' }).click()
          await page.screenshot({ path: join(folder, `${devices}-${name}-${colorScheme}-list.png`) })
        }
        await page.close()
      }
      await other.close()
    }
  }
}

/** A tower, an AP elsewhere and some clients go dark, and one is paused: addresses that nobody answers. */
async function darkenSome(product: Product): Promise<void> {
  const all: { id: number; name: string }[] = []
  let next: string | null = null
  do {
    const path: string = `/api/devices?limit=1000${next ? `&cursor=${encodeURIComponent(next)}` : ''}`
    const page = await product.rest<{ items: { id: number; name: string }[]; next: string | null }>('GET', path)
    all.push(...page.items)
    next = page.next
  } while (next)
  const dark = all.filter(({ name }) =>
    /Water Street (router|AP \d)$|^CPE Water Street \d|^CPE North Ridge 1-3$|Mill Hill AP 1/.test(name),
  )
  for (const { id } of dark) await product.rest('PATCH', `/api/devices/${id}`, { address: '203.0.113.9' })
  const paused = all.find(({ name }) => /^CPE North Ridge 1-1$/.test(name))
  if (paused) await product.rest('PATCH', `/api/devices/${paused.id}`, { paused: true })
  await until(
    'they are dark',
    async () => {
      const { items } = await product.rest<{ items: unknown[] }>('GET', '/api/outages?open=true&limit=1000')
      return items.length >= dark.length
    },
    200_000,
  )
}
