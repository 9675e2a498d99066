import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium } from '../setup/chromium'
import { admin, built, type Product, startProduct } from '../setup/product'

const name = 'the interface, browsed in Chromium'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

describe.skipIf(!built)(name, () => {
  let product: Product
  let browser: Browser
  let page: Page
  const faults: string[] = []

  beforeAll(async () => {
    product = await startProduct()
    browser = await openChromium()
    page = await (await browser.newContext()).newPage()
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(message.text())
    })
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
  })

  test('a stranger signs in first, and comes back', async () => {
    await page.goto(`${product.url}/api/docs`)
    await page.waitForURL('**/login**')
    await page.getByLabel('E-mail').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/api/docs')
    await page.getByRole('heading', { name: 'Applications' }).waitFor()
  })

  test('an operation is found by a field, and its address opens it', async () => {
    await page.getByLabel('Find an operation').fill('permissible post')
    await page.locator('#get_devices').waitFor({ state: 'hidden' })
    expect(await page.locator('#post_applications').isVisible()).toBe(true)
    await page.goto(`${product.url}/api/docs#post_blackouts_id_end`)
    await page.locator('#post_blackouts_id_end[open]').waitFor()
  })

  test('an application is registered from the page, and listed', async () => {
    await page.goto(`${product.url}/api/docs#post_applications`)
    const add = page.locator('#post_applications[open]')
    await add.getByLabel(/^Body/).fill('{"name":"tried out","expected_interval":60}')
    await add.getByRole('button', { name: 'Send this POST' }).click()
    await add.getByText(/^201 Created/).waitFor()
    expect(await add.getByLabel('The answer').inputValue()).toContain('"name": "tried out"')
    await add.getByRole('button', { name: 'Send this POST' }).click()
    await add.getByText(/^409/).first().waitFor()

    await page.locator('#get_applications > summary').click()
    const list = page.locator('#get_applications[open]')
    await list.getByLabel('search', { exact: true }).fill('tried')
    await list.getByLabel('sort', { exact: true }).selectOption('-name')
    await list.getByRole('button', { name: 'Send' }).click()
    await expect.poll(() => list.getByLabel('The answer').inputValue()).toContain('"heartbeat_url"')
  })

  test('nothing is wrong with it: no fault, no violation of the policy, nothing for axe to find', async () => {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 })
      await page.goto(`${product.url}/api/docs#post_applications`)
      await page.locator('#post_applications[open]').waitFor()
      const { violations } = await axe(page)
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
    }
    expect(faults).toEqual([])
  })
})
