import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { firefoxPath, manyNotices, sayMissing } from '../push/browsers'
import { type Firefox, openFirefox, until } from '../push/firefox.mjs'
import { type PushService, startPushService } from '../push/push-service.mjs'
import { admin, built, type Product, startProduct } from '../setup/product'

const name = 'push healing of the whole product in stock Firefox'
const missing =
  (firefoxPath ? null : 'stock Firefox is not installed: apt-get install firefox-esr') ??
  (built ? null : 'the product is not built: run npm test, which builds')
const skipped = sayMissing(name, missing)

type Device = { id: number; name: string; state: string; last_accepted_at: string | null; last_shown_at: string | null }

describe.skipIf(skipped)(name, () => {
  let service: PushService
  let product: Product
  let firefox: Firefox
  let site: string
  let count = 0

  beforeAll(async () => {
    service = await startPushService()
    product = await startProduct({
      ALLOW_PRIVATE_WEBHOOKS: 'true',
      NODE_EXTRA_CA_CERTS: service.caFile,
      PING_INTERVAL: '1',
      PING_TIMEOUT: '0.3',
      ISOLATE_MISSES: '2',
      ISOLATE_SECONDS: '10',
    })
    site = product.url
    // One that answers: a machine without any route must not look blind.
    await product.rest('POST', '/api/devices', { name: 'Gateway', address: '127.0.0.1', role: 'router' })
    firefox = await openFirefox({ pushServer: service.wsUrl, prefs: manyNotices })
    await signIn()
  })
  afterAll(async () => {
    await firefox?.close()
    await product?.end()
    await service?.stop()
  })
  beforeEach(() => service.clearFaults())

  async function signIn() {
    const { page } = firefox
    await page.goto(`${site}/login`)
    await page.type('input[name=email]', admin.email)
    await page.type('input[name=password]', admin.password)
    await page.waitForSelector('button[type=submit]:not([disabled])')
    await page.click('button[type=submit]')
    await page.waitForFunction(() => location.pathname === '/')
  }

  /** An address of documentation never answers; the loopback answers: no root is needed to make an outage, or to end it. */
  async function goDark(kind: string) {
    const number = ++count
    const device = { name: `${kind} ${number}`, address: `203.0.113.${number}`, role: 'ap' }
    const { id } = await product.rest<{ id: number }>('POST', '/api/devices', device)
    return {
      name: device.name,
      title: `AP ${device.name} is down`,
      back: () => product.rest('PATCH', `/api/devices/${id}`, { address: `127.0.0.${number + 1}` }),
    }
  }
  const drawn = async (title: string) => (await firefox.alerts()).filter((alert) => alert.title === title).length
  const seen = (title: string, withinMs = 20_000) =>
    until(`"${title}" on the screen`, async () => (await drawn(title)) > 0, withinMs).catch(async (error) => {
      const incidents = await product.rest('GET', '/api/incidents?limit=1')
      const found = { incidents, received: service.received().slice(-3), alerts: (await firefox.alerts()).slice(-3) }
      throw new Error(`${error.message}; found ${JSON.stringify(found, null, 1)}\n${product.output().slice(-2000)}`)
    })
  /** No second one follows: everything that was sent has been handed to the worker and answered. */
  async function once(title: string) {
    await seen(title)
    await until('the outbox to be empty', async () => {
      const status = (row: { state: string; ack?: number }) => row.state !== 'sent' && row.state !== 'queued'
      return service.received().every(status)
    })
    expect(await drawn(title)).toBe(1)
  }
  async function device(): Promise<Device | undefined> {
    return (await product.rest<{ items: Device[] }>('GET', '/api/push/subscriptions')).items[0]
  }
  const deviceIs = (state: string) => until(`the device to be ${state}`, async () => (await device())?.state === state)
  const live = () => service.subscriptions().filter((one) => !one.gone)
  const endpoint = () => live().at(-1)?.endpoint ?? ''
  /** A page that is just being read anew, or was opened by a notice, may stop the next one: then it is asked for again. */
  const visit = (url: string) =>
    until(`${url} to open`, () =>
      firefox.page.goto(url).then(
        () => true,
        (error) => {
          if (String(error).includes('NS_BINDING_ABORTED')) return false
          throw error
        },
      ),
    )
  const away = () => visit('about:blank')
  /** What the devices page says of this browser, read from the page itself. */
  async function pageSays(state: string) {
    await away()
    await visit(`${site}/settings/push`)
    await firefox.page.waitForFunction(
      (wanted) => document.querySelector('[data-testid=push-device]')?.getAttribute('data-state') === wanted,
      { timeout: 60_000 },
      state,
    )
  }

  test('one press and "allow": the device is on the list, and a test arrives', async () => {
    const { page } = firefox
    await visit(`${site}/settings/push`)
    await page.waitForSelector('[data-testid=push-on]:not([disabled])')
    await page.click('[data-testid=push-on]')
    await firefox.answerPrompt('allow')
    await page.waitForSelector('[data-testid=push-is-on]')
    await page.waitForSelector('[data-testid=push-device][data-state=ok]')
    expect((await device())?.name).toMatch(/^Firefox on /)
    await page.click('[data-testid=push-test]')
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=push-test-outcome]')?.textContent?.startsWith('It arrived'),
    )
    expect((await device())?.last_shown_at).not.toBeNull()
  })

  test('down, then back in its place', async () => {
    const dark = await goDark('Radio')
    await once(dark.title)
    await dark.back()
    await seen(dark.title.replace('down', 'back'))
    const [shown] = (await firefox.notifications()).filter((n) => n.title.startsWith('AP Radio'))
    expect(shown?.title).toBe(dark.title.replace('down', 'back'))
    await pageSays('ok')
  })

  test('acknowledged from the notice itself', async () => {
    const dark = await goDark('Acknowledged')
    await seen(dark.title)
    await firefox.click(dark.title, 'acknowledge')
    await until('the acknowledgement', async () => {
      const { items } = await product.rest<{ items: { root: { name: string }; acknowledged_at: string | null }[] }>(
        'GET',
        '/api/incidents',
      )
      return items.some((one) => one.root.name === dark.name && one.acknowledged_at)
    })
    await until('its words', async () =>
      (await firefox.notifications()).some((n) => n.title === dark.title && n.body === 'Acknowledged by you.'),
    )
  })

  test('permission off and on again: muted meanwhile, then what was missed arrives', async () => {
    await firefox.permission(site, 'denied')
    await pageSays('muted')
    expect(await firefox.page.evaluate(() => document.body.textContent)).toContain('Notifications are switched off')
    await away()
    const dark = await goDark('Muted')
    await until('the incident', async () =>
      (await product.rest<{ items: { root: { name: string } }[] }>('GET', '/api/incidents')).items.some(
        (one) => one.root.name === dark.name,
      ),
    )
    await firefox.permission(site, 'granted')
    await once(dark.title)
    await pageSays('ok')
  })

  test('permission off with no page open: the 410 tells, and the worker heals it', async () => {
    await away()
    await firefox.permission(site, 'denied')
    const dark = await goDark('Silent')
    await deviceIs('lost')
    await firefox.permission(site, 'granted')
    await once(dark.title)
    await pageSays('ok')
  })

  test('an endpoint that the service dropped: lost, until a page is opened', async () => {
    await away()
    service.drop(endpoint())
    const dark = await goDark('Dropped')
    await deviceIs('lost')
    expect(await drawn(dark.title)).toBe(0)
    await pageSays('ok')
    await once(dark.title)
  })

  test('404 is as good as gone', async () => {
    await away()
    service.fault({ status: 404, times: 1 })
    const dark = await goDark('Unknown')
    await deviceIs('lost')
    await pageSays('ok')
    await once(dark.title)
  })

  test('a service that forgot the browser: the worker makes a new subscription', async () => {
    await away()
    const old = endpoint()
    service.forgetAgents()
    await until('a new subscription', () => endpoint() !== '' && endpoint() !== old)
    const dark = await goDark('Forgotten')
    await once(dark.title)
    await pageSays('ok')
  })

  test.each([
    ['429 with Retry-After', { status: 429, retryAfter: 2, times: 1 }],
    ['500', { status: 500, times: 1 }],
    ['a connection cut', { mode: 'reset', times: 1 }],
    ['no answer at all', { mode: 'hang', times: 1 }],
  ] as const)(
    '%s: it is sent again',
    async (kind, fault) => {
      await away()
      service.fault(fault)
      const dark = await goDark(`Fault ${kind.split(' ')[0]}`)
      await seen(dark.title, 60_000)
      await once(dark.title)
      await pageSays('ok')
    },
    120_000,
  )

  test.each([
    ['cut', { mode: 'reset', deliver: true, times: 1 }],
    ['hanging', { mode: 'hang', deliver: true, times: 1 }],
    ['a 500', { status: 500, deliver: true, times: 1 }],
  ] as const)(
    'taken, but the answer was lost (%s): drawn once, and known to be shown',
    async (kind, fault) => {
      await away()
      service.fault(fault)
      const before = service.received().length
      const dark = await goDark(`Taken ${kind.split(' ').at(-1)}`)
      await seen(dark.title)
      await until('its receipt', async () => {
        const shownAt = (await device())?.last_shown_at
        return shownAt !== null && shownAt !== undefined && Date.now() - Date.parse(shownAt) < 20_000
      })
      await once(dark.title)
      expect(service.received().length).toBeGreaterThan(before)
      await dark.back()
      await seen(dark.title.replace('down', 'back'))
      expect(await drawn(dark.title)).toBe(1)
      await pageSays('ok')
    },
    120_000,
  )

  test('taken off the list from elsewhere: it stays off until the button is pressed here', async () => {
    const { page } = firefox
    const listed = await device()
    await away()
    await product.rest('DELETE', `/api/push/subscriptions/${listed?.id}`)
    await visit(`${site}/settings/push`)
    await page.waitForSelector('[data-testid=push-on]:not([disabled])')
    await until('the subscription to be given up', () => live().length === 0)
    await page.reload()
    await page.waitForSelector('[data-testid=push-on]:not([disabled])')
    expect(await device()).toBeUndefined()
    await page.click('[data-testid=push-on]')
    await page.waitForSelector('[data-testid=push-device][data-state=ok]')
    const dark = await goDark('Back')
    await once(dark.title)
  })
})
