import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openBorgoSole } from './borgo-sole-site.ts'
import { hasBrowser, open, openBrowser, settled, signIn, visit, violations } from './browser.ts'
import type { Site } from './site.ts'

describe.skipIf(!hasBrowser())('in Borgo Sole', () => {
  let browser: Browser
  let site: Site
  beforeAll(async () => {
    browser = await openBrowser()
    site = await openBorgoSole()
  })
  afterAll(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
  })

  it('every page is accessible on a phone and on a desk, in both languages', async () => {
    for (const as of [
      { width: 375, height: 667, theme: 'dark', language: 'it' },
      { width: 1280, height: 860, theme: 'light', language: 'en' },
    ] as const) {
      await using visitor = await visit(browser, site.origin, as)
      await signIn(visitor.page, site, 'household')
      for (const path of ['/home', '/nearby', '/exchange', '/settings']) {
        await open(visitor.page, site.origin + path)
        expect(await violations(visitor.page), `${path} ${as.language}`).toEqual([])
        const isWide = await visitor.page.evaluate(
          () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
        )
        expect(isWide, `${path} scrolls sideways`).toBe(false)
      }
      expect(visitor.errors).toEqual([])
      expect(visitor.foreign).toEqual([])
    }
  })

  it('a household checks her balance in her own browser, and sees who signed it', async () => {
    await using visitor = await visit(browser, site.origin, { width: 375, height: 667 })
    const { page } = visitor
    await signIn(page, site, 'household')
    await open(page, `${site.origin}/exchange`)
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText(/^Proved: you have CC/).waitFor()
    const card = page.locator('.card', { hasText: 'Check your balance yourself' })
    expect(await card.innerText()).toContain('This is the balance shown above.')
    expect(await card.innerText()).toMatch(/1 of 1 stewards/)
    expect(await card.locator('.genesis .digest').innerText()).toMatch(/^tri:borgo-sole:[A-Za-z0-9_-]{43}$/)
    expect(await card.locator('svg.qr path').getAttribute('d')).toMatch(/^M\d/)
    expect(await violations(page)).toEqual([])
    const field = page.getByLabel('Text of the genesis, from paper')
    await field.fill(`tri:borgo-sole:${'A'.repeat(43)}`)
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText(/^Not proved/).waitFor()
    expect(await card.locator('.notice code').innerText()).toBe('genesis')
    expect(visitor.errors).toEqual([])
    expect(visitor.foreign).toEqual([])
  })

  it('a household follows a posting to its signed reading and its proof in three taps', async () => {
    await using visitor = await visit(browser, site.origin, { width: 375, height: 667 })
    const { page } = visitor
    await signIn(page, site, 'household')
    expect(await page.locator('.balance').innerText()).toMatch(/Adds up: yes, unmeasured 0\s%/)
    for (const selector of ['.figure-link', 'a.line[href*="/why/"]', 'a.line[href*="/why/"]']) {
      await page.locator(selector).first().click()
      await settled(page)
    }
    await page.getByText('What the meter saw').waitFor()
    expect(await page.locator('.reading .digest').first().innerText()).toMatch(/^[0-9a-f]{64}$/)
    expect(visitor.errors).toEqual([])
  })

  it('the coordinator publishes May, which was settled from 55 meters, and it verifies to the Wh', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'coordinator')
    await page.locator('.months a.button.primary').click()
    await settled(page)
    expect(page.url()).toMatch(/2016-05\/check$/)
    for (const name of ['Preview', 'Publish', 'Publish now']) {
      const main = page.locator('main')
      await main.getByRole('link', { name }).or(main.getByRole('button', { name })).first().click()
      await settled(page)
    }
    await page.getByRole('status').filter({ hasText: 'is published' }).waitFor()
    await page.locator('main').getByRole('link', { name: 'Verify and keep' }).click()
    await settled(page)
    expect(await page.locator('main').innerText()).toContain('everything agrees')
    expect(await page.locator('main').innerText()).toMatch(/Energy that does not balance\s+0\sWh/)
    expect(visitor.errors).toEqual([])
  })
})
