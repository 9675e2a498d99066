import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Firefox, openFirefox } from '../push/firefox.mjs'
import { type PushService, startPushService } from '../push/push-service.mjs'
import { type Fleet, noFleet, openFleet } from '../setup/fleet'
import { admin, built, type Product, startProduct, until } from '../setup/product'

const firefoxPath = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path))
const missing =
  noFleet ??
  (firefoxPath ? null : 'stock Firefox: apt-get install firefox-esr') ??
  (built ? null : 'the build: run npm test, which builds')
if (missing) console.info(`Skipped "a silent radio becomes a push on a phone": ${missing}`)

describe.skipIf(missing)('a silent radio becomes a push on a phone, on real packets', () => {
  let fleet: Fleet
  let service: PushService
  let product: Product
  let firefox: Firefox

  beforeAll(async () => {
    fleet = openFleet(1)
    service = await startPushService()
    product = await startProduct({
      ALLOW_PRIVATE_WEBHOOKS: 'true',
      NODE_EXTRA_CA_CERTS: service.caFile,
      PING_INTERVAL: '2',
    })
    firefox = await openFirefox({
      pushServer: service.wsUrl,
      prefs: { 'dom.webnotifications.requireinteraction.enabled': true },
    })
  })
  afterAll(async () => {
    await firefox?.close()
    await product?.end()
    await service?.stop()
    fleet?.down()
  })

  test('twenty devices come in by CSV and are up', async () => {
    const csv = ['name,address,role,site']
    for (let i = 1; i <= 20; i++) csv.push(`Radio ${i},${fleet.prefix}.1.${i},ap,North Ridge`)
    const answer = await product.rest<{ created: number; rejected: unknown[] }>(
      'POST',
      '/api/devices/import',
      csv.join('\n'),
    )
    expect(answer).toMatchObject({ created: 20, rejected: [] })
    await until(
      'all devices to be up',
      async () => (await product.rest<{ items: unknown[] }>('GET', '/api/devices?status=up')).items.length === 20,
      90_000,
    )
  }, 480_000)

  test('the operator signs in and subscribes for real', async () => {
    const { page } = firefox
    await page.goto(`${product.url}/login`)
    await page.type('input[name=email]', admin.email)
    await page.type('input[name=password]', admin.password)
    await page.waitForSelector('button[type=submit]:not([disabled])')
    await page.click('button[type=submit]')
    await page.waitForFunction(() => location.pathname === '/')
    await page.goto(`${product.url}/settings/push`)
    await page.waitForSelector('[data-testid=push-on]')
    await page.click('[data-testid=push-on]')
    await firefox.answerPrompt('allow')
    await until('the subscription to be stored', async () => {
      const { items } = await product.rest<{ items: { state: string }[] }>('GET', '/api/push/subscriptions')
      return items.some((device) => device.state === 'ok')
    })
  }, 240_000)

  test('muted, the board turns and the phone shows it; answering again, the same notice says so', async () => {
    const { page } = firefox
    await page.goto(`${product.url}/`)
    await page.waitForFunction(() => document.querySelector('main')?.textContent?.includes('Nothing is dark'))
    const mutedAt = Date.now()
    fleet.mute(`${fleet.prefix}.1.7`)
    await page.waitForFunction(() => document.querySelector('main')?.textContent?.includes('Radio 7'), {
      timeout: 17_000,
    })
    const boardSeconds = (Date.now() - mutedAt) / 1000
    const shown = await until('the notification', async () =>
      (await firefox.notifications()).find((n) => n.title.includes('Radio 7')),
    )
    expect(shown.title).toBe('AP Radio 7 is down')

    fleet.unmute(`${fleet.prefix}.1.7`)
    const resolved = await until('resolved', async () =>
      (await firefox.notifications()).find((n) => n.title.includes('back')),
    )
    expect(resolved.tag).toBe(shown.tag)
    expect(resolved.body).toMatch(/after \d+/i)
    expect((await firefox.notifications()).filter((n) => n.tag === shown.tag)).toHaveLength(1)
    expect((await firefox.alerts()).filter((alert) => alert.title === 'AP Radio 7 is down')).toHaveLength(1)
    await page.waitForFunction(() => document.querySelector('main')?.textContent?.includes('Nothing is dark'), {
      timeout: 17_000,
    })

    const { items } = await product.rest<{
      items: { began_at: string; ended_at: string; evidence: { opened: unknown } }[]
    }>('GET', '/api/outages')
    expect(items).toHaveLength(1)
    expect(JSON.stringify(items[0]?.evidence.opened)).toContain('sent_at')
    expect(boardSeconds).toBeLessThan(17)
  }, 360_000)
})
