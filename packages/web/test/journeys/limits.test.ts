import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasBrowser, open, openBrowser, settled, signIn, visit } from './browser.ts'
import { openSite, WEB_ROOT, type Site } from './site.ts'

const SCRIPT_BYTES_MAX = 120_000
const STYLE_BYTES_MAX = 20_000
const REQUESTS_MAX = 25

describe.skipIf(!hasBrowser())('the pages', () => {
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

  it('stay within their budget of bytes, files and requests', async () => {
    const assets = readdirSync(join(WEB_ROOT, 'assets'))
    const bytes = (ending: string) =>
      assets
        .filter((name) => name.endsWith(ending))
        .reduce((sum, name) => sum + gzipSync(readFileSync(join(WEB_ROOT, 'assets', name))).length, 0)
    expect(bytes('.js')).toBeLessThanOrEqual(SCRIPT_BYTES_MAX)
    expect(bytes('.css')).toBeLessThanOrEqual(STYLE_BYTES_MAX)
    expect(assets.filter((name) => /woff2?|ttf|otf/.test(name))).toEqual([])
    await using visitor = await visit(browser, site.origin)
    await signIn(visitor.page, site, 'household')
    visitor.requests.length = 0
    await open(visitor.page, `${site.origin}/home`)
    expect(visitor.requests.length).toBeLessThanOrEqual(REQUESTS_MAX)
    expect(visitor.requests.filter(({ type }) => type === 'font')).toEqual([])
  })

  it('name nobody, no meter and no place to somebody without a session', async () => {
    await using member = await visit(browser, site.origin)
    await signIn(member.page, site, 'household')
    const secrets = await member.page.evaluate(async () => {
      const { members } = (await (await fetch('/api/v1/members')).json()) as {
        members: { id: string; name: string | null }[]
      }
      const { nodes } = (await (await fetch('/api/v1/nearby')).json()) as {
        nodes: { id: string; name: string | null; kind: string }[]
      }
      const sites = nodes.filter(({ kind }) => kind === 'site' || kind === 'street')
      return [...members, ...sites].flatMap(({ id, name }) => (name === null ? [id] : [id, name]))
    })
    expect(secrets.length).toBeGreaterThan(10)
    await using stranger = await visit(browser, site.origin)
    for (const address of ['home', 'nearby', 'exchange', 'exchange/pay', 'exchange/settle', 'settings']) {
      await open(stranger.page, `${site.origin}/${address}`)
      const seen = await stranger.page.content()
      for (const secret of secrets)
        expect(seen.includes(`>${secret}<`), `${secret} on ${address}`).toBe(false)
      expect(seen).not.toMatch(/IT\d{3}E\d{8}/)
    }
    expect(
      stranger.requests.filter(({ url }) => /members|nearby|account/.test(new URL(url).pathname.slice(4))),
    ).toEqual([])
  })

  it('show one member nothing of another', async () => {
    await using visitor = await visit(browser, site.origin)
    await signIn(visitor.page, site, 'household')
    await open(visitor.page, `${site.origin}/exchange/settle`)
    expect(await visitor.page.locator('h1').innerText()).toBe('No such page')
    expect(await visitor.page.locator('nav a').allTextContents()).toEqual([
      'Home',
      'Nearby',
      'Exchange',
      'Operate',
      'Settings',
    ])
  })

  it('move, zoom and choose on the map with the keyboard, and show the same places three ways', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    await open(page, `${site.origin}/nearby`)
    const box = () => page.locator('.map-drawing').getAttribute('viewBox')
    const ids = async () =>
      new Set(
        await page
          .locator('[data-node]')
          .evaluateAll((all) => all.map((place) => place.getAttribute('data-node'))),
      )
    const onMap = await ids()
    const first = await box()
    await page.locator('.map').focus()
    await page.keyboard.press('+')
    const zoomed = await box()
    expect(zoomed).not.toBe(first)
    await page.keyboard.press('ArrowRight')
    expect(await box()).not.toBe(zoomed)
    await page.keyboard.press('n')
    await page.locator('.node.selected').waitFor()
    expect(await page.locator('#choose-place').inputValue()).toBe(
      onMap.size > 0 ? await page.locator('.node.selected').getAttribute('data-node') : '',
    )
    await page.keyboard.press('Escape')
    expect(await page.locator('.node.selected').count()).toBe(0)
    await page.keyboard.press('0')
    expect(await box()).toBe(first)
    await page.getByRole('button', { name: 'Schematic' }).click()
    expect(await ids()).toEqual(onMap)
    await page.getByRole('button', { name: 'Table' }).click()
    expect(await ids()).toEqual(onMap)
    expect(await page.locator('main').innerText()).toContain('private')
  })

  it('go through the quarter hours of a day with the keyboard', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    await open(page, `${site.origin}/nearby`)
    const slider = page.locator('.slot-time input')
    const before = await slider.getAttribute('aria-valuetext')
    await slider.focus()
    const asked = page.waitForResponse((response) => response.url().includes('/nearby?slot='))
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    expect((await asked).ok()).toBe(true)
    await page.waitForFunction(
      (was) => document.querySelector('.slot-time input')?.getAttribute('aria-valuetext') !== was,
      before,
    )
  })

  it('keep a thousand places movable', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'household')
    await page.route('**/api/v1/nearby*', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), ...thousand() } })
    })
    await page.locator('nav a[href="nearby"]').click()
    await settled(page)
    await page.locator('.map').focus()
    expect(await page.locator('.node').count()).toBe(1000)
    const drawing = await page.locator('.node').first().elementHandle()
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowRight')
    // Moving changes one attribute: nothing of the drawing is made anew.
    expect(await drawing?.evaluate((place) => place.isConnected)).toBe(true)
    const changes = await page.evaluate(async () => {
      let count = 0
      const watch = new MutationObserver((records) => {
        count += records.length
      })
      const map = document.querySelector('.map')
      if (map === null) return -1
      watch.observe(map, { subtree: true, childList: true, attributes: true })
      map.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true, cancelable: true }))
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      return count
    })
    expect(changes).toBe(1)
  })
})

const placed = (id: string, kind: string, parent: string | null, x: number, y: number) => ({
  id,
  name: null,
  kind,
  parent,
  x,
  y,
  blurred: false,
  mine: false,
})

/** A network of 1000 places: one transformer, 40 streets, and homes. */
function thousand() {
  const streets = Array.from({ length: 40 }, (_, at) =>
    placed(`street-${at}`, 'street', 'root', (at % 8) * 120, Math.floor(at / 8) * 150),
  )
  const homes = Array.from({ length: 959 }, (_, at) =>
    placed(
      `site-${at}`,
      'site',
      `street-${at % 40}`,
      (at % 8) * 120 + (at % 23) * 4,
      ((at % 40) / 8) * 150 + (at % 31) * 4,
    ),
  )
  const nodes = [placed('root', 'transformer', null, 420, 300), ...streets, ...homes]
  return {
    nodes,
    edges: nodes
      .slice(1)
      .map(({ id }, at) => ({ node: id, flowWh: (at % 7) * 40 - 90, hidden: at % 5 === 0 })),
  }
}
