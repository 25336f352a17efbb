import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasBrowser, open, openBrowser, settled, signIn, visit } from './browser.ts'
import { openSite, type Site } from './site.ts'

/** Presses Tab until the focus is on something, as somebody without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
  let rounds = 0
  for (let presses = 0; presses < 60; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return
    await page.keyboard.press('Tab')
    const hasFocus = await page.evaluate(() => document.activeElement !== document.body)
    // After the last element the focus goes round through the browser's own bar, once.
    if (!hasFocus) rounds += 1
    expect(rounds, 'the focus is never lost').toBeLessThanOrEqual(1)
  }
  throw new Error(`no way by keyboard to ${selector}`)
}

/** Waits until the heading of the next page has the focus. */
async function arrived(page: Page): Promise<void> {
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
  await settled(page)
}

describe.skipIf(!hasBrowser())('a household', () => {
  let browser: Browser
  let site: Site
  beforeAll(async () => {
    browser = await openBrowser()
    site = await openSite({ still: true })
  })
  afterAll(async () => {
    await browser.close()
    await site[Symbol.asyncDispose]()
  })

  it('sees a triangle that adds up, with the same numbers in its table', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    expect(await page.locator('.balance').innerText()).toMatch(/Adds up: yes, unmeasured 0\s%/)
    const drawn = await page.locator('.triangle .value').allTextContents()
    await page.locator('.twin summary').first().click()
    const table = await page.locator('.twin table').first().locator('td').allTextContents()
    expect(table.slice(0, 2)).toEqual(drawn.slice(0, 2).map((value) => value.trim()))
    expect(await page.locator('.triangle').getAttribute('aria-label')).toContain('To neighbours')
  })

  it('reads what no sensor explains when one is removed', async () => {
    await using blind = await openSite({ still: true, sensors: { production: false, consumption: true } })
    await using visitor = await visit(browser, blind.origin)
    await signIn(visitor.page, blind, 'household')
    expect(await visitor.page.locator('.balance').innerText()).toMatch(/Adds up: no, unmeasured [1-9]\d*\s%/)
  })

  it('comes from any posting to its signed reading and proof in three taps', async () => {
    await using visitor = await visit(browser, site.origin, { width: 375, height: 667 })
    const { page } = visitor
    await signIn(page, site, 'household')
    let taps = 0
    const tap = async (selector: string) => {
      await page.locator(selector).first().click()
      taps += 1
      await settled(page)
    }
    await tap('.figure-link')
    const line = page.locator('a.line[href*="/why/"]').first()
    const posted = (await line.locator('.line-amount strong').innerText()).replace('CC\u00a0', '')
    await tap('a.line[href*="/why/"]')
    const explained = await page.locator('.answer').innerText()
    const amount = /CC\s([+\u2212]?[\d.,]+)/.exec(explained)?.[1] ?? ''
    expect(Number(amount.replace('\u2212', '-'))).toBeCloseTo(Number(posted.replace('\u2212', '-')), 2)
    await tap('a.line[href*="/why/"]')
    expect(taps).toBe(3)
    await page.getByText('What the meter saw').waitFor()
    expect(await page.locator('.reading .digest').first().innerText()).toMatch(/^[0-9a-f]{64}$/)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await page.goBack()
    expect(page.url()).toMatch(/\/exchange\/why\/[\d-]+\/\w+$/)
  })

  it('shows the same figure on the page, in the CSV and in the interface for programs', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    await open(page, `${site.origin}/exchange`)
    const answers = await page.evaluate(async () => {
      const json: unknown = await (await fetch('/api/v1/exchange/account')).json()
      const csv = await (await fetch('/api/v1/exchange/account?format=csv')).text()
      return { json, csv }
    })
    const { balanceMicroCredit, lines } = answers.json as {
      balanceMicroCredit: number
      lines: { amountMicroCredit: number; balanceMicroCredit: number }[]
    }
    const shown = await page.locator('.hero').innerText()
    expect(shown).toBe(`CC\u00a0${(balanceMicroCredit / 1e6).toFixed(2)}`)
    expect(lines[0]?.balanceMicroCredit).toBe(balanceMicroCredit)
    for (const line of lines.slice(0, 5)) expect(answers.csv).toContain(String(line.amountMicroCredit))
  })

  it('pays a member with the keyboard alone, once, however often the key is hit', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    await tabTo(page, 'nav a[href="exchange"]')
    await page.keyboard.press('Enter')
    await arrived(page)
    await tabTo(page, 'a[href="exchange/pay"]')
    await page.keyboard.press('Enter')
    await arrived(page)
    await tabTo(page, '#to')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, '#amount')
    await page.keyboard.type('1.25')
    await tabTo(page, '#memo')
    await page.keyboard.type('bread')
    await page.keyboard.press('Enter')
    await page.locator('#confirm-title').waitFor()
    await tabTo(page, 'section .button.primary')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/exchange\/receipt\//)
    await settled(page)
    expect(await page.locator('h1').innerText()).toBe('Paid')
    expect(visitor.requests.filter(({ url }) => url.endsWith('/exchange/payments'))).toHaveLength(1)
    expect(visitor.errors).toEqual([])
  })

  it('is told the limit before a payment that passes it, beside the field', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    await open(page, `${site.origin}/exchange/pay`)
    await page.locator('#to').selectOption({ index: 1 })
    await page.locator('#amount').fill('999999')
    await page.locator('form .button.primary').click()
    expect(await page.locator('#amount-error').innerText()).toMatch(/at most CC\s[\d.,]+ can be spent/)
    expect(await page.locator('#amount').getAttribute('aria-invalid')).toBe('true')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('amount')
  })

  it('changes the language without a reload, and finds it again', async () => {
    await using visitor = await visit(browser, site.origin, { language: 'en' })
    const { page } = visitor
    await signIn(page, site, 'household')
    await page.evaluate(() => {
      document.documentElement.dataset['kept'] = 'yes'
    })
    await page.locator('.language').click()
    await page.waitForFunction(() => document.documentElement.lang === 'it')
    expect(await page.locator('h1').innerText()).toBe('Casa')
    expect(await page.title()).toBe('Casa · TRI')
    expect(await page.evaluate(() => document.documentElement.dataset['kept'])).toBe('yes')
    expect(await page.locator('main').innerText()).toMatch(/\d,\d\s+kW/)
    await page.reload()
    await settled(page)
    expect(await page.locator('html').getAttribute('lang')).toBe('it')
  })

  it('forces dark or light, and the choice stays', async () => {
    await using visitor = await visit(browser, site.origin, { theme: 'light' })
    const { page } = visitor
    await open(page, `${site.origin}/settings`)
    const canvas = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await canvas()
    await page.getByLabel('Dark').check()
    expect(await canvas()).not.toBe(light)
    await page.reload()
    await settled(page)
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
  })

  it('skips to the content, and finds the heading focused on every next page', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    await open(page, `${site.origin}/home`)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
    expect(page.url()).toBe(`${site.origin}/home`)
    await page.locator('nav a[href="nearby"]').click()
    await page.locator('h1', { hasText: 'Nearby' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  })
})
