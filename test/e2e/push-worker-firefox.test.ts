import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { firefoxPath, manyNotices, sayMissing } from '../push/browsers'
import { type Firefox, openFirefox, until } from '../push/firefox.mjs'
import { type PushService, startPushService } from '../push/push-service.mjs'
import { openSite, pushOf, type Site } from '../push/site'

const name = 'the service worker in stock Firefox'
const skipped = sayMissing(name, firefoxPath ? null : 'stock Firefox is not installed: apt-get install firefox-esr')

describe.skipIf(skipped)(name, () => {
  let service: PushService
  let site: Site
  let firefox: Firefox
  let delivery = 100

  beforeAll(async () => {
    ;[service, site] = await Promise.all([startPushService(), openSite()])
    firefox = await openFirefox({ pushServer: service.wsUrl, prefs: manyNotices })
    await firefox.page.goto(site.url)
  })
  afterAll(async () => {
    await firefox?.close()
    await service?.stop()
    await site?.close()
  })

  const push = (message: unknown) => site.push(message, service.agent)
  const drawn = async (title: string) => (await firefox.alerts()).filter((alert) => alert.title === title).length
  const shownTitles = async () => (await firefox.notifications()).map((notification) => notification.title)
  const state = () =>
    firefox.page.evaluate(() => (window as never as { site: { page: { state: unknown } } }).site.page.state)
  const told = (from: number) => until('the page to tell its state', () => site.askedFor('/told')[from]?.body)
  /** Loads the page anew; it heals itself without the driver's hand in it. */
  async function heal() {
    const from = site.askedFor('/told').length
    await firefox.page.goto('about:blank')
    await firefox.page.goto(`${site.url}/#heal`)
    return told(from)
  }
  async function arrives(title: string, message = pushOf(++delivery, { title, incidentId: delivery })) {
    expect(await push(message)).toBe(201)
    await until(`"${title}" on the screen`, async () => (await drawn(title)) === 1)
    await until('its receipt', () => site.receipts('shown').includes(message.notification.data.delivery_id))
  }

  test('one press and the answer "allow" subscribe, and the server is told', async () => {
    await firefox.page.waitForSelector('button:not([disabled])')
    await firefox.page.click('button')
    await firefox.answerPrompt('allow')
    await until('alerts to be on', async () => JSON.stringify(await state()) === '{"is":"on","deviceId":1}')
    const { body } = site.askedFor('/api/push/subscriptions').at(-1) ?? { body: {} }
    expect(body).toMatchObject({ permission: 'granted', vapid_key: site.vapid.publicKey })
    expect(service.subscriptions().find(({ endpoint }) => endpoint === site.saved?.endpoint)?.key).toBe(
      site.vapid.publicKey,
    )
  })

  test('a push is shown, and its receipt carries the device key', async () => {
    expect(await push(pushOf(1))).toBe(201)
    await until('the receipt', () => site.receipts('shown').includes(1))
    const [subscription, receipt] = [
      site.askedFor('/api/push/subscriptions').at(-1),
      site.askedFor('/api/push/receipts').at(-1),
    ]
    expect(receipt?.body.device_key).toBe(subscription?.body.device_key)
    expect(await firefox.notifications()).toMatchObject([{ title: 'Ridge-3 is down', tag: 'incident-7' }])
  })

  test('"resolved" takes the place of "down"', async () => {
    await push(pushOf(2, { event: 'resolved', title: 'Ridge-3 is back', body: 'Resolved after 4 min 12 s.' }))
    await until('the receipt', () => site.receipts('shown').includes(2))
    expect(await shownTitles()).toEqual(['Ridge-3 is back'])
    expect(await drawn('Ridge-3 is down')).toBe(1)
  })

  test('the same delivery again, and an older one after it, are not drawn again', async () => {
    await push(pushOf(2, { event: 'resolved', title: 'Ridge-3 is back', body: 'Resolved after 4 min 12 s.' }))
    await push(pushOf(1))
    await until('both to be handed to the worker', () =>
      service
        .received()
        .slice(-2)
        .every((row) => row.ack === 100),
    )
    expect(await shownTitles()).toEqual(['Ridge-3 is back'])
    expect([await drawn('Ridge-3 is down'), await drawn('Ridge-3 is back')]).toEqual([1, 1])
    expect(service.received().some((row) => row.nack !== undefined)).toBe(false)
  })

  test.each(['', 'no json at all', '[]', '{"notification":{"body":"no title"}}'])(
    '%j still shows something',
    async (text) => {
      const before = await drawn('Beatline has news')
      await push(text)
      await until('the general notice', async () => (await drawn('Beatline has news')) > before)
    },
  )

  test('a click brings the open page to the incident, without a load', async () => {
    await arrives('Ridge-4 is down')
    await firefox.click('Ridge-4 is down')
    await until('the page to be there', () =>
      firefox.page.evaluate((path) => location.pathname === path, `/incidents/${delivery}`),
    )
    await until('the receipt', () => site.receipts('opened').includes(delivery))
  })

  test('acknowledge says what came of it in the place of the notice', async () => {
    await arrives('Ridge-5 is down')
    await firefox.click('Ridge-5 is down', 'acknowledge')
    await until('the acknowledgement', () => site.askedFor(`/api/incidents/${delivery}/acknowledge`).length === 1)
    await until('its words', async () =>
      (await firefox.notifications()).some(
        (n) => n.tag === `incident-${delivery}` && n.body === 'Acknowledged by you.',
      ),
    )
  })

  test('acknowledge while signed out says so, and keeps asking', async () => {
    await arrives('Ridge-6 is down')
    site.refuse.set(`/api/incidents/${delivery}/acknowledge`, 401)
    await firefox.click('Ridge-6 is down', 'acknowledge')
    await until('its words', async () =>
      (await firefox.notifications()).some((n) => n.body.startsWith('Not acknowledged: you are signed out')),
    )
    site.refuse.clear()
  })

  test('a receipt that finds no server waits and arrives, once', async () => {
    site.refuse.set('/api/push/receipts', 503)
    expect(await push(pushOf(++delivery, { title: 'Ridge-8 is down', incidentId: delivery }))).toBe(201)
    await until('a refused try', () => site.askedFor('/api/push/receipts').at(-1)?.refused)
    site.refuse.clear()
    await until('a later try', () => site.receipts('shown').includes(delivery))
    await heal()
    expect(site.receipts('shown').filter((id) => id === delivery)).toHaveLength(1)
  })

  test('permission off: the server is told that the device is muted; on again: the worker makes a new subscription', async () => {
    const old = site.saved?.endpoint
    await firefox.permission(site.url, 'denied')
    expect(await heal()).toMatchObject({ is: 'hindered', problem: 'denied', wanted: true })
    expect(site.askedFor('/api/push/subscriptions').at(-1)?.body).toMatchObject({
      permission: 'denied',
      subscription: null,
    })
    await firefox.page.goto('about:blank')
    await firefox.permission(site.url, 'granted')
    const saved = await until('the new subscription', () => site.saved?.endpoint)
    expect(saved).not.toBe(old)
    await arrives('Back after the permission')
  })

  test('a permission forgotten asks for a press, and nothing else', async () => {
    await firefox.permission(site.url, 'prompt')
    expect(await heal()).toMatchObject({ is: 'hindered', problem: 'ask', wanted: true })
    await firefox.permission(site.url, 'granted')
    await heal()
    await arrives('Back after the prompt')
  })

  test('a service that forgot the browser: the worker makes a new subscription with no page open', async () => {
    const old = site.saved?.endpoint
    await firefox.page.goto('about:blank')
    service.forgetAgents()
    await until('another endpoint', () => site.saved !== null && site.saved.endpoint !== old)
    await arrives('Back after the service forgot')
  })

  test('a changed subscription that finds no server waits, and the page heals it', async () => {
    const old = site.saved?.endpoint
    await firefox.page.goto('about:blank')
    site.refuse.set('/api/push/subscriptions', 503)
    const tries = site.askedFor('/api/push/subscriptions').length
    service.forgetAgents()
    await until('a try', () => site.askedFor('/api/push/subscriptions').length > tries)
    site.refuse.clear()
    await until('another endpoint', () => site.saved !== null && site.saved.endpoint !== old, 20_000)
    await arrives('Back after the server was away')
  })

  test('an endpoint that the server calls dead is made anew on load', async () => {
    await firefox.page.goto(site.url)
    const old = site.saved?.endpoint ?? ''
    service.drop(old)
    expect(await push(pushOf(++delivery))).toBe(410)
    site.dead = true
    expect(await heal()).toEqual({ is: 'on', deviceId: 1 })
    expect(site.saved?.endpoint).not.toBe(old)
    await arrives('Back after the drop')
  })

  test('another VAPID key: the subscription is made anew', async () => {
    const { default: webPush } = await import('web-push')
    const old = site.saved?.endpoint
    site.vapid = webPush.generateVAPIDKeys()
    expect(await heal()).toEqual({ is: 'on', deviceId: 1 })
    expect(site.saved?.endpoint).not.toBe(old)
    await arrives('Back after another key')
  })

  test('a server that is away, and one that refuses, each have their sentence', async () => {
    site.refuse.set('/api/push/subscriptions', 503)
    expect(await heal()).toMatchObject({ problem: 'offline' })
    site.refuse.set('/api/push/subscriptions', 422)
    expect(await heal()).toMatchObject({ problem: 'refused' })
    site.refuse.set('/api/push/subscriptions', 401)
    expect(await heal()).toMatchObject({ problem: 'signed_out' })
    site.refuse.clear()
    expect(await heal()).toMatchObject({ is: 'on' })
  })

  test('without a network the offline page stands in, with what was known', async () => {
    await firefox.page.evaluate(() => {
      navigator.serviceWorker.controller?.postMessage({ type: 'snapshot', board: { at: '04:12', dark: ['Ridge-3'] } })
    })
    site.refuse.set('*', 503) // a proxy whose server is away
    await firefox.page.goto(`${site.url}/devices`)
    await firefox.page.waitForFunction(() => document.querySelector('#known')?.textContent?.includes('Ridge-3'))
    site.refuse.clear()
    await firefox.page.goto(`${site.url}/devices`)
    expect(await firefox.page.title()).toBe('Site')
  })

  test('turned off, the subscription and the device are gone, and a load does not bring them back', async () => {
    await heal()
    await firefox.page.evaluate(() => (window as never as { site: { turnOff(): Promise<unknown> } }).site.turnOff())
    expect(site.askedFor('/api/push/subscriptions/1').at(-1)?.method).toBe('DELETE')
    const saves = site.askedFor('/api/push/subscriptions').length
    expect(await heal()).toEqual({ is: 'off' })
    expect(site.askedFor('/api/push/subscriptions').length).toBe(saves)
    expect(service.subscriptions().every((one) => one.gone)).toBe(true)
  })
  test('with the server gone altogether it stands in as well', async () => {
    await site.close()
    await firefox.page.goto(`${site.url}/incidents`)
    await firefox.page.waitForFunction(() => document.querySelector('#known')?.textContent?.includes('Ridge-3'))
  })
})
