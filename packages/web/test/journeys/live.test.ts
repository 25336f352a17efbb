import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasBrowser, openBrowser, settled, signIn, visit } from './browser.ts'
import { openSite } from './site.ts'

describe.skipIf(!hasBrowser())('live values', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
  })

  it('turn to "as of" within 15 s of a stream that falls silent, and come back with the node', async () => {
    const site = await openSite({ still: true })
    const port = Number(new URL(site.origin).port)
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    // The clock of the page is ours: what takes 15 s on the wall takes no time here.
    await page.clock.install()
    await signIn(page, site, 'household')
    await page.clock.runFor(3000)
    await page.locator('.age', { hasText: 'now' }).waitFor()
    await site[Symbol.asyncDispose]()
    await page.clock.runFor(15_000)
    await page.locator('.age.stale', { hasText: 'as of' }).waitFor()
    expect(await page.locator('.live-notice').innerText()).toContain('No news from the node')
    // The page stays usable: the last values are in view and the menu leads on.
    expect(await page.locator('.triangle .value').first().textContent()).toMatch(/W$/)
    await page.locator('nav a[href="settings"]').click()
    await page.locator('h1', { hasText: 'Settings' }).waitFor()

    await using back = await openSite({ still: true, port })
    expect(back.origin).toBe(site.origin)
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.clock.runFor(5000)
    await page.waitForFunction(() => document.querySelector('[data-freshness=fresh]') !== null)
  })

  it('are asked for when there is a node but no stream', async () => {
    await using site = await openSite({ still: true })
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await page.route('**/api/v1/events', async (route) => route.abort())
    await page.clock.install()
    await signIn(page, site, 'household')
    await page.clock.runFor(25_000)
    await page.waitForFunction(() => document.querySelector('[data-freshness=polling]') !== null)
    expect(await page.locator('.age').innerText()).toContain('as of')
  })

  it('say the cause and the next step when the node refuses, and offer another try', async () => {
    await using site = await openSite({ still: true })
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    const problem = {
      type: '/api/docs#node-failed',
      title: 'node-failed',
      status: 500,
      code: 'node-failed',
      detail: 'The node could not answer. Nothing was changed.',
      next: 'Try again.',
    }
    await page.route('**/api/v1/nearby*', async (route) => route.fulfill({ status: 500, json: problem }))
    await page.locator('nav a[href="nearby"]').click()
    await page.locator('.notice-fault').waitFor()
    expect(await page.locator('.notice-fault').innerText()).toContain('The node could not answer')
    expect(await page.locator('.notice-fault').innerText()).toContain('node-failed')
    await page.unroute('**/api/v1/nearby*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await settled(page)
    await page.locator('.map').waitFor()
  })

  it('show a skeleton only after a fifth of a second', async () => {
    await using site = await openSite({ still: true })
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    let answer: (() => void) | undefined
    const asked = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/api/v1/nearby*', async (route) => {
      await asked
      await route.continue()
    })
    await page.locator('nav a[href="nearby"]').click()
    const skeleton = page.locator('.skeleton')
    await skeleton.waitFor({ state: 'attached' })
    const delay = await skeleton.evaluate((shape) => getComputedStyle(shape).animationDelay)
    expect(delay).toBe('0.2s')
    answer?.()
    await page.locator('.map').waitFor()
  })
})
