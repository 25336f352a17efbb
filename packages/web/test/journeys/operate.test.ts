import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasBrowser, open, openBrowser, settled, signIn, violations, visit } from './browser.ts'
import { openSite, type SiteOptions } from './site.ts'

describe.skipIf(!hasBrowser())('whoever keeps the book', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  /** The Operate page of a community whose book is kept in a way. */
  async function operate(
    ledger: NonNullable<SiteOptions['ledger']>,
    role: 'household' | 'coordinator',
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    await using site = await openSite({ still: true, ledger })
    for (const way of [
      { width: 375, theme: 'dark', language: 'en' },
      { width: 1280, theme: 'light', language: 'en' },
    ] as const) {
      await using visitor = await visit(browser, site.origin, way)
      const { page } = visitor
      await signIn(page, site, role)
      await open(page, `${site.origin}/operate`)
      await page.locator('.lines .line').first().waitFor()
      await look(page)
      expect(await violations(page)).toEqual([])
      expect(visitor.errors).toEqual([])
    }
  }

  it('sees four stewards who agree, and nothing to do', async () => {
    await operate('four', 'coordinator', async (page) => {
      expect(await page.locator('.answer').innerText()).toBe('All 4 stewards keep the book together')
      expect(await page.locator('.steward-state').allInnerTexts()).toEqual(Array(4).fill('answers'))
      expect(await page.locator('main').innerText()).toContain('one block behind')
      expect(await page.locator('.quorum svg').getAttribute('aria-label')).toBe(
        '4 of 4 stewards answer; 3 must.',
      )
      expect(await page.locator('.advice').count()).toBe(0)
      expect(await page.locator('main').innerText()).toContain('None. No steward was caught')
    })
  })

  it('is told whom to ask when one is silent and was caught, with the commands at hand', async () => {
    await operate('silent', 'coordinator', async (page) => {
      expect(await page.locator('.answer').innerText()).toBe('3 of 4 stewards answer; the book goes on')
      expect(await page.locator('.steward-state.silent').allInnerTexts()).toEqual(['does not answer'])
      expect(await page.locator('.fault-text').innerText()).toBe(
        'Officina Ferri signed two different blocks at one height',
      )
      expect(await page.locator('.advice li').first().innerText()).toContain('Ask Officina Ferri')
      await page.locator('details summary', { hasText: 'Commands' }).click()
      expect(await page.locator('.commands').innerText()).toContain('tri steward rotate')
    })
  })

  it('is told how many must come back when nothing becomes final, on every page', async () => {
    await operate('no-quorum', 'coordinator', async (page) => {
      expect(await page.locator('.answer').innerText()).toBe(
        'Only 2 of 4 stewards answer: nothing becomes final',
      )
      expect(await page.locator('.advice li').first().innerText()).toContain(
        'Bring back 1 of the silent boxes',
      )
      await page.locator('.live-notice .notice', { hasText: 'Too few stewards answer' }).waitFor()
    })
  })

  it('of one box is told what happens if it dies, and how to grow to four', async () => {
    await operate('single', 'coordinator', async (page) => {
      expect(await page.locator('.answer').innerText()).toBe('One steward keeps the book')
      expect(await page.locator('main').innerText()).toContain('If this box dies')
      await page.locator('details summary', { hasText: 'Commands' }).click()
      expect(await page.locator('.commands').innerText()).toContain('tri ledger export')
    })
  })

  it('is seen by a household in few words: who, how far, and what was signed', async () => {
    await operate('single', 'household', async (page) => {
      const said = await page.locator('main').innerText()
      expect(said).toContain('Cooperativa Borgo Sole')
      expect(said).toContain('Last checkpoint')
      expect(said).not.toContain('If this box dies')
      expect(await page.locator('.digest').count()).toBe(0)
    })
  })

  it('is found by a phone under Settings', async () => {
    await using site = await openSite({ still: true })
    await using visitor = await visit(browser, site.origin, { width: 375, language: 'it' })
    const { page } = visitor
    await signIn(page, site, 'household')
    await open(page, `${site.origin}/settings`)
    await page.locator('a', { hasText: 'Chi tiene il libro' }).click()
    await settled(page)
    expect(await page.locator('h1').innerText()).toBe('Gestione')
  })
})

async function pay(page: Page, origin: string): Promise<void> {
  await open(page, `${origin}/exchange/pay`)
  await page.locator('#to').selectOption({ index: 1 })
  await page.locator('#amount').fill('3.50')
  await page.locator('form .button.primary').click()
  await page.locator('section .button.primary').click()
  await page.waitForURL(/\/exchange\/receipt\//)
  await settled(page)
}

describe.skipIf(!hasBrowser())('a payment', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  it('is promised, then final: the page follows by itself, and so do Home and Exchange', async () => {
    await using site = await openSite({ still: true, slowFinality: true })
    await using visitor = await visit(browser, site.origin, { language: 'en', width: 375 })
    const { page } = visitor
    await signIn(page, site, 'household')
    await open(page, `${site.origin}/exchange`)
    const before = await page.locator('.hero').innerText()
    await pay(page, site.origin)
    expect(await page.locator('h1').innerText()).toBe('Promised')
    expect(await page.locator('.card .mark').innerText()).toBe('promised')
    expect(await page.locator('main').innerText()).toContain('do not pay again')
    await open(page, `${site.origin}/exchange`)
    expect(await page.locator('.hero').innerText()).toBe(before)
    expect(await page.locator('.promised').innerText()).toContain('CC\u00a03.50 on its way')
    expect(await page.locator('.lines .mark-promised').count()).toBe(1)
    expect(await violations(page)).toEqual([])
    await open(page, `${site.origin}/home`)
    expect(await page.locator('.promised').innerText()).toContain('CC\u00a03.50 on its way')
    await open(page, `${site.origin}/exchange`)
    await page.locator('[data-freshness=fresh]').waitFor()
    site.settlePayments('final')
    await page.locator('.promised').waitFor({ state: 'detached' })
    expect(await page.locator('.hero').innerText()).not.toBe(before)
    expect(await page.locator('.lines .mark-final').first().innerText()).toBe('final')
  })

  it('that is refused says why, and moves nothing', async () => {
    await using site = await openSite({ still: true, slowFinality: true })
    await using visitor = await visit(browser, site.origin, { language: 'it', width: 1280, theme: 'dark' })
    const { page } = visitor
    await signIn(page, site, 'household')
    await pay(page, site.origin)
    await page.locator('[data-freshness=fresh]').waitFor()
    site.settlePayments('refused')
    await page.locator('.mark-refused').waitFor()
    expect(await page.locator('h1').innerText()).toBe('Rifiutato')
    expect(await page.locator('main').innerText()).toContain('Il conto non può scendere oltre sotto lo zero.')
    expect(await violations(page)).toEqual([])
    await open(page, `${site.origin}/exchange`)
    expect(await page.locator('.lines .mark-refused').count()).toBe(1)
    expect(await page.locator('.promised').count()).toBe(0)
  })
})
