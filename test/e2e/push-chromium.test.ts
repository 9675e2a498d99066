import type { Browser, CDPSession, Page } from 'puppeteer-core'
import puppeteer from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, sayMissing } from '../push/browsers'
import { until } from '../push/firefox.mjs'
import { openSite, pushOf, type Site } from '../push/site'

const name = 'the service worker in Chromium'
const skipped = sayMissing(
  name,
  chromiumPath ? null : 'Chromium is not installed: apt-get install chromium, or set CHROMIUM_PATH',
)

/** Chromium has no push service of its own here: subscribe() would never settle. What the vendor does is stubbed, no more. */
function stubPush(mode: 'ok' | 'never' | 'refused') {
  let held: PushSubscription | null = null
  const key = (text: string) =>
    Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  Object.assign(PushManager.prototype, {
    getSubscription: async () => held,
    subscribe: async (options: { applicationServerKey: string }) => {
      if (mode === 'never') return new Promise(() => {})
      if (mode === 'refused') throw new DOMException('Registration failed - push service error', 'AbortError')
      const endpoint = 'https://fcm.googleapis.com/fcm/send/stub'
      held = {
        endpoint,
        options: { applicationServerKey: key(options.applicationServerKey).buffer, userVisibleOnly: true },
        toJSON: () => ({ endpoint, keys: { p256dh: 'p'.repeat(87), auth: 'a'.repeat(22) } }),
        unsubscribe: async () => {
          held = null
          return true
        },
      } as unknown as PushSubscription
      return held
    },
  })
}

describe.skipIf(skipped)(name, () => {
  let site: Site
  let browser: Browser
  let page: Page
  let workers: CDPSession
  let registrationId = ''

  beforeAll(async () => {
    site = await openSite()
    browser = await puppeteer.launch({
      executablePath: chromiumPath ?? '',
      headless: true,
      args: ['--no-sandbox', '--disable-background-networking'],
    })
    await browser.defaultBrowserContext().overridePermissions(site.url, ['notifications'])
    page = await openPage('ok')
    workers = await page.createCDPSession()
    workers.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      registrationId = registrations.at(-1)?.registrationId ?? registrationId
    })
    await workers.send('ServiceWorker.enable')
    await page.goto(site.url)
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  async function openPage(mode: Parameters<typeof stubPush>[0]) {
    const opened = await browser.newPage()
    await opened.evaluateOnNewDocument(stubPush, mode)
    return opened
  }
  /** Hands the worker what the push service would have decrypted. */
  async function deliver(message: unknown) {
    await until('the registration', () => registrationId)
    const data = typeof message === 'string' ? message : JSON.stringify(message)
    await workers.send('ServiceWorker.deliverPushMessage', { origin: site.url, registrationId, data })
  }
  const notifications = () =>
    page.evaluate(async () =>
      (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, tag, requireInteraction }) => ({
        title,
        tag,
        requireInteraction,
      })),
    )
  const press = async (on: Page) => {
    await on.waitForSelector('button:not([disabled])')
    await on.click('button')
  }
  const stateOf = (on: Page) =>
    on.evaluate(
      () => (window as never as { site: { page: { state: { is?: string; problem?: string } } } }).site.page.state,
    )

  test('one press subscribes, and the server is told', async () => {
    await press(page)
    await until('alerts to be on', async () => (await stateOf(page)).is === 'on')
    expect(site.saved?.endpoint).toBe('https://fcm.googleapis.com/fcm/send/stub')
  })

  test('a push is shown until it is answered, and its receipt arrives', async () => {
    await deliver(pushOf(1))
    await until('the receipt', () => site.receipts('shown').includes(1))
    expect(await notifications()).toEqual([{ title: 'Ridge-3 is down', tag: 'incident-7', requireInteraction: true }])
  })

  test('"resolved" takes its place by the tag, and need not be answered', async () => {
    await deliver(pushOf(2, { event: 'resolved', title: 'Ridge-3 is back' }))
    await until('the receipt', () => site.receipts('shown').includes(2))
    expect(await notifications()).toEqual([{ title: 'Ridge-3 is back', tag: 'incident-7', requireInteraction: false }])
  })

  test('the older one, arriving late, does not take it back', async () => {
    await deliver(pushOf(1))
    await deliver(pushOf(3, { incidentId: 8, title: 'Ridge-4 is down' }))
    await until('the receipt', () => site.receipts('shown').includes(3))
    expect((await notifications()).map(({ title }) => title).sort()).toEqual(['Ridge-3 is back', 'Ridge-4 is down'])
  })

  test('what cannot be read is shown in general words', async () => {
    await deliver('no json at all')
    await until('it', async () => (await notifications()).some(({ title }) => title === 'Beatline has news'))
  })

  test('a push service that never answers is given up after 15 s, with its own words', async () => {
    const other = await openPage('never')
    await other.goto(`${site.url}/never`)
    await press(other)
    await until('the sentence', async () => (await stateOf(other)).problem === 'timeout', 20_000)
    await other.close()
  })

  test('a push service that refuses has its own words', async () => {
    const other = await openPage('refused')
    await other.goto(`${site.url}/refused`)
    await press(other)
    await until('the sentence', async () => (await stateOf(other)).problem === 'push_service')
    await other.close()
  })
})
