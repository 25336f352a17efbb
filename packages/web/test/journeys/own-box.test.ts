import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasBrowser, open, openBrowser, signIn, visit, violations } from './browser.ts'
import { openOwnBox, type OwnBoxSite } from './own-box-site.ts'

describe.skipIf(!hasBrowser())('on her own box', () => {
  let browser: Browser
  let site: OwnBoxSite
  beforeAll(async () => {
    browser = await openBrowser()
    site = await openOwnBox()
  })
  afterAll(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
  })

  it('a member sees her account, pays, proves it, and is told where the rest is', async () => {
    await using visitor = await visit(browser, site.origin, { width: 375, height: 667 })
    const { page } = visitor
    await signIn(page, site, 'household')
    expect(await page.locator('main').innerText()).toContain('Your account, proved by your own box')
    expect(await violations(page)).toEqual([])
    await open(page, `${site.origin}/nearby`)
    await page
      .getByText(/This is a member’s own box.*steward’s node/)
      .first()
      .waitFor()
    expect(await page.locator('.notice-fault').count()).toBe(0)
    expect(await violations(page)).toEqual([])
    await open(page, `${site.origin}/exchange/pay`)
    await page.locator('#to').selectOption({ label: 'Bea' })
    await page.locator('#amount').fill('1.5')
    await page.getByRole('button', { name: 'Check the payment' }).click()
    await page.getByRole('button', { name: 'Pay now' }).click()
    await page
      .getByText(/Ada paid .*1\.50.* to Bea/)
      .first()
      .waitFor()
    await open(page, `${site.origin}/exchange`)
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText(/^Proved: you have CC/).waitFor()
    expect(await violations(page)).toEqual([])
    // And when every steward is gone: what was proved is still there, and still proves itself.
    await site.stopSteward()
    await page.getByText('Too few stewards answer').waitFor()
    await open(page, `${site.origin}/exchange`)
    expect(await page.locator('main').innerText()).toContain('1.50')
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText(/^Proved: you have CC/).waitFor()
    // The browser notes by itself that the map is not here.
    expect(visitor.errors.filter((error) => !error.includes('404'))).toEqual([])
    expect(visitor.foreign).toEqual([])
  })
})
