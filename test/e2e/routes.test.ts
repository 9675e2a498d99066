import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, openChromium, visit } from '../setup/chromium'
import { admin, built, type Product, startProduct, until } from '../setup/product'

const name = 'routes and priority in Chromium, tried on what happened before they are saved'
if (!built) console.warn(`skipped: ${name}: the product is not built: run npm test, which builds`)

describe.skipIf(!built)(name, () => {
  let product: Product
  let browser: Browser
  let page: Page
  const faults: string[] = []

  beforeAll(async () => {
    product = await startProduct()
    browser = await openChromium()
    const context = await browser.newContext({ timezoneId: 'Europe/Berlin', viewport: { width: 1440, height: 900 } })
    page = await context.newPage()
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`))
    page.on('console', (message) => {
      if (/Content Security Policy|hydrat/i.test(message.text())) faults.push(`${page.url()}: ${message.text()}`)
    })
    await page.goto(`${product.url}/login`)
    await page.getByLabel('E-mail').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/login'))
    // Nobody answers there.
    await product.rest('POST', '/api/devices', {
      name: 'Core',
      address: '203.0.113.9',
      role: 'router',
      site: 'North Ridge',
    })
    await until(
      'an incident',
      async () => (await product.rest<{ items: unknown[] }>('GET', '/api/incidents')).items.length > 0,
      60_000,
    )
  })
  afterAll(async () => {
    await browser?.close()
    await product?.end()
  })

  const go = (path: string) => visit(page, product.url + path)
  const see = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 120_000 })
  const isAccessible = async () => expect((await axe(page)).violations).toEqual([])

  test('without a route everyone is told', async () => {
    await go('/routes')
    await see('No route: everyone is told of everything.')
    await isAccessible()
    await page.getByRole('link', { name: 'Add a route' }).click()
    await see('This is the first route.')
  })

  test('a route says as it is written which incidents it is for', async () => {
    await page.getByLabel('Name', { exact: true }).fill('Access points')
    await page.getByLabel('AP', { exact: true }).check()
    await see(/this was\s+0 incidents of\s+1/)
    await page.getByLabel('AP', { exact: true }).uncheck()
    await page.getByLabel('Site', { exact: true }).fill('ridge')
    await page.getByRole('option', { name: 'North Ridge' }).waitFor()
    await page.keyboard.press('Enter')
    await see(/this was\s+1 incident of\s+1/)
    await isAccessible()
  })

  test('and leads to somebody, and can be replayed before it is saved', async () => {
    await page.getByRole('button', { name: 'Add the route' }).click()
    await see('Tick whom it leads to.')
    await page.getByRole('checkbox', { name: /^Operator/ }).check()
    await page.getByRole('button', { name: 'Replay the last 30 days' }).click()
    await see('Of 1 incident, every notice would have been the same.')
    await page.getByLabel('Switch', { exact: true }).check()
    await see('The form has changed since: replay again.')
    await page.getByRole('button', { name: 'Replay again' }).click()
    await see(/Of 1 incident: 1 fewer/)
    await see('1 known later, or to nobody')
    await isAccessible()
    await page.getByRole('button', { name: 'Add the route' }).click()
    await page.waitForURL('**/routes')
    await see('Access points')
    await see('at North Ridge')
  })

  test('an expression is finished by keyboard, and a mistake marked at its place', async () => {
    await page.getByRole('link', { name: 'Change the priority' }).click()
    const area = page.getByLabel('Expression')
    await area.fill('')
    await area.pressSequentially('si')
    await page.getByRole('option', { name: /^site/ }).waitFor()
    await isAccessible()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await area.inputValue()).toBe('size')
    await area.fill('')
    await area.pressSequentially('site == "nor')
    await page.getByRole('option', { name: 'North Ridge' }).waitFor()
    await page.keyboard.press('Tab')
    await area.pressSequentially(' && affectedTarget > 0 ? cri')
    await page.keyboard.press('Enter')
    await area.pressSequentially(' : "normal"')
    await page.keyboard.press('Escape')
    expect(await area.inputValue()).toBe('site == "North Ridge" && affectedTarget > 0 ? "critical" : "normal"')
    expect(await page.locator('mark').textContent()).toBe('affectedTarget')
    await see('Line 1, column 26: found the unknown name affectedTarget, expected affectedTargets.')
    await page.getByRole('button', { name: 'Save' }).click()
    await see('One field needs another look.')
  })

  test('and says what the last 30 days would have been', async () => {
    const expression = 'site == "North Ridge" ? "low" : "normal"'
    await page.getByLabel('Expression').fill(expression)
    await until('no mistake', async () => (await page.locator('mark').count()) === 0)
    await see('1 incident of 1 would have been otherwise')
    await isAccessible()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL('**/routes')
    await see(expression)
    expect(await product.rest('GET', '/api/routes/priority')).toMatchObject({ expression })
  })

  test('what was deleted is gone, and then everyone is told again', async () => {
    await page.getByRole('button', { name: 'Delete Access points' }).click()
    await see('Without a route everyone is told of everything.')
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await see('No route: everyone is told of everything.')
  })

  test('nothing broke on the way', () => expect(faults).toEqual([]))
})
