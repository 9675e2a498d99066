import { existsSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, chromium, type Page, type Response } from 'playwright-core'

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium']

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Chromium: CHROMIUM_PATH, else an installed one, else the one that comes as an npm package. It waits long: see vitest.config.ts. */
export async function openChromium(): Promise<Browser> {
  const browser = await launch()
  browser.on('context', (context) => context.setDefaultTimeout(120_000))
  const newContext = browser.newContext.bind(browser)
  browser.newContext = (options) => newContext({ reducedMotion: 'reduce', ...options }) // what moves is drawn by the processor here
  return browser
}

async function launch(): Promise<Browser> {
  const own = [process.env.CHROMIUM_PATH, ...installed].find((path) => path && existsSync(path))
  if (own) return chromium.launch({ executablePath: own, args: flags })
  const { default: packaged } = await import('@sparticuz/chromium')
  return chromium.launch({ executablePath: await packaged.executablePath(), args: [...packaged.args, ...flags] })
}

/** What axe finds on a page. No page of ours has a frame, so that it needs no second page to put its findings together. */
export const axe = (page: Page) => new AxeBuilder({ page }).setLegacyMode(true).analyze()

/** Opens a page and waits until it is alive, which its line shows: what is chosen before may be lost. */
export async function visit(page: Page, url: string): Promise<Response | null> {
  const response = await page.goto(url)
  await page.waitForFunction(() => !document.querySelector('[data-state="connecting"]'))
  return response
}
