import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasBrowser, open, openBrowser, signIn, violations, visit, type Visit } from './browser.ts'
import { openSite, type Site } from './site.ts'

const TARGET_PX = 44

/** Theme, width and language in pairs, so that each meets each. */
const LOOKS: readonly Required<Pick<Visit, 'width' | 'theme' | 'language'>>[] = [
  { width: 375, theme: 'light', language: 'en' },
  { width: 375, theme: 'dark', language: 'it' },
  { width: 1280, theme: 'light', language: 'it' },
  { width: 1280, theme: 'dark', language: 'en' },
]

const PUBLIC = ['home', 'settings', 'open', 'nowhere']

async function memberPages(page: Page, origin: string): Promise<string[]> {
  await open(page, `${origin}/exchange`)
  const day = (await page.locator('a.line[href*="/why/"]').first().getAttribute('href')) ?? ''
  await open(page, `${origin}/${day}`)
  const slot = (await page.locator('a.line[href*="/why/"]').first().getAttribute('href')) ?? ''
  expect(slot.split('/')).toHaveLength(5)
  return [
    'home',
    'home?kiosk',
    'nearby',
    'exchange',
    'exchange/pay',
    day,
    slot,
    'exchange/object/2026-05',
    'operate',
    'operate/devices/new',
    'operate/devices/new/choose',
    'operate/devices/new/by-hand',
    'settings',
  ]
}

async function coordinatorPages(page: Page, origin: string): Promise<string[]> {
  await open(page, `${origin}/exchange/settle`)
  const links = page.locator('.months a.button')
  const months = await links.evaluateAll((all) =>
    all.map((link) => link.getAttribute('href')?.split('/')[2] ?? ''),
  )
  const [open_ = ''] = months
  const closed = months.at(-1) ?? ''
  return [
    'exchange/settle',
    `exchange/settle/${open_}/check`,
    `exchange/settle/${closed}/preview`,
    `exchange/settle/${open_}/publish`,
    `exchange/settle/${closed}/verify`,
    'operate',
  ]
}

/** What a page must hold at any time, besides what axe sees. */
async function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate((targetPx) => {
    const faults: string[] = []
    const headings = document.querySelectorAll('h1')
    if (headings.length !== 1) faults.push(`${headings.length} h1`)
    if (document.querySelectorAll('main').length !== 1) faults.push('no main')
    if (!/\S · TRI$/.test(document.title)) faults.push(`title ${document.title}`)
    const wide = document.documentElement.scrollWidth - innerWidth
    if (wide > 0) faults.push(`${wide} px too wide`)
    for (const target of document.querySelectorAll(
      'button, select, input, summary, nav a, .button, .brand, a.line',
    )) {
      const box = target.getBoundingClientRect()
      if (box.width === 0 || target.matches('[type=radio], [type=range], .choice > input')) continue
      if (box.height < targetPx - 0.5 || (target.tagName === 'BUTTON' && box.width < targetPx - 0.5))
        faults.push(`target ${target.className} ${target.textContent} ${box.width}x${box.height}`)
    }
    for (const text of document.querySelectorAll('h1, h2, h3, p, li, dt, dd, button, a, th, td, label, span'))
      if (Number.parseFloat(getComputedStyle(text).fontSize) < 14) faults.push(`small ${text.textContent}`)
    return faults
  }, TARGET_PX)
}

/** Clipped or overflowing texts after every text has become longer, or larger. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const wide = document.documentElement.scrollWidth - innerWidth
    if (wide > 1) {
      for (const element of document.querySelectorAll('main *, header *, nav *')) {
        const box = element.getBoundingClientRect()
        if (box.right > innerWidth + 1 && element.closest('.scroll, svg, .unseen') === null)
          found.push(`${element.tagName}.${element.className} ${element.textContent?.slice(0, 40)}`)
      }
      found.push(`${wide} px too wide`)
    }
    for (const element of document.querySelectorAll('button, .button, nav a span, summary')) {
      if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
        found.push(`clipped ${element.textContent}`)
    }
    return found
  })
}

/** Makes every text 40 % longer, as a language does that nobody here speaks. */
async function lengthen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
      const value = text.nodeValue ?? ''
      if (value.trim() === '' || text.parentElement?.closest('svg, script, code, noscript') !== null) continue
      const words = value.split(' ')
      const more = Math.ceil(value.trim().length * 0.4)
      text.nodeValue = `${words.map((word) => (word.length > 3 ? word.replace(/[aeiou]/, '$&$&') : word)).join(' ')} ${'una '.repeat(Math.ceil(more / 4)).slice(0, more)}`
    }
  })
}

describe.skipIf(!hasBrowser())('every page', () => {
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

  for (const look of LOOKS) {
    it(`is accessible, fits and asks nobody else: ${look.width} px, ${look.theme}, ${look.language}`, async () => {
      for (const who of ['public', 'household', 'coordinator'] as const) {
        await using visitor = await visit(browser, site.origin, look)
        const { page } = visitor
        if (who === 'household') await signIn(page, site, 'household')
        if (who === 'coordinator') await signIn(page, site, 'coordinator')
        const addresses =
          who === 'public'
            ? PUBLIC
            : who === 'household'
              ? await memberPages(page, site.origin)
              : await coordinatorPages(page, site.origin)
        for (const address of addresses) {
          await open(page, `${site.origin}/${address}`)
          if (address === 'nearby') {
            await expectAccessible(page, address)
            await page.locator('.segments button').nth(1).click()
            await expectAccessible(page, `${address} schematic`)
            await page.locator('.segments button').nth(2).click()
          }
          await page.evaluate(() => {
            for (const twin of document.querySelectorAll('details')) twin.open = true
          })
          await expectAccessible(page, address)
          expect(await faultsOf(page), address).toEqual([])
          expect(await page.locator('html').getAttribute('lang')).toBe(look.language)
        }
        expect(visitor.foreign).toEqual([])
        expect(visitor.errors).toEqual([])
      }
    })
  }

  it('fits at 320 px, with text twice as large, and with texts 40 % longer', async () => {
    for (const language of ['en', 'it'] as const) {
      await using visitor = await visit(browser, site.origin, { width: 375, height: 667, language })
      const { page } = visitor
      await signIn(page, site, 'household')
      for (const address of await memberPages(page, site.origin)) {
        await page.setViewportSize({ width: 320, height: 640 })
        await open(page, `${site.origin}/${address}`)
        expect(await tooWide(page), `${address} at 320 px`).toEqual([])
        await page.setViewportSize({ width: 375, height: 667 })
        await lengthen(page)
        expect(await tooWide(page), `${address} 40 % longer`).toEqual([])
        await page.setViewportSize({ width: 640, height: 860 })
        await open(page, `${site.origin}/${address}`)
        await page.evaluate(() => {
          document.documentElement.style.fontSize = '200%'
        })
        expect(await tooWide(page), `${address} at 200 %`).toEqual([])
      }
    }
  })

  it('moves nothing for those who asked for stillness, and still shows direction', async () => {
    await using visitor = await visit(browser, site.origin, { reducedMotion: true })
    await signIn(visitor.page, site, 'household')
    expect(await visitor.page.evaluate(() => document.getAnimations().length)).toBe(0)
    expect(await visitor.page.locator('.triangle path.arrow').count()).toBeGreaterThan(0)
  })
})

async function expectAccessible(page: Page, address: string): Promise<void> {
  expect(await violations(page), address).toEqual([])
}
