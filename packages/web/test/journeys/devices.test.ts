import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasBrowser, open, openBrowser, settled, signIn, violations, visit, type Visit } from './browser.ts'
import { openSite } from './site.ts'

const LOOKS = [
  { width: 375, theme: 'dark', language: 'en' },
  { width: 1280, theme: 'light', language: 'en' },
] as const

/** Elements that Tab may pass before one is reached. */
const TABS_MAX = 60

/** Moves the focus with Tab alone, as somebody without a mouse does. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let step = 0; step < TABS_MAX; step += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('the keyboard does not reach it')
}

describe.skipIf(!hasBrowser())('the devices of a household', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  /** A page of a fresh sample, in each of the looks. */
  async function at(
    address: string,
    looks: readonly Visit[],
    walk: (page: Page, origin: string) => Promise<void>,
    role: 'household' | 'coordinator' = 'household',
  ): Promise<void> {
    for (const look of looks) {
      await using site = await openSite({ still: true })
      await using visitor = await visit(browser, site.origin, { ...look, reducedMotion: true })
      const { page } = visitor
      await signIn(page, site, role)
      await open(page, `${site.origin}/${address}`)
      await walk(page, site.origin)
      expect(await violations(page)).toEqual([])
      expect([visitor.errors, visitor.foreign]).toEqual([[], []])
    }
  }

  it('are listed with value, age, quality and errors; behind each are its problems and its last raw frame', async () => {
    await at('operate', LOOKS, async (page) => {
      const rows = page.locator('.device')
      await rows.first().waitFor()
      expect(await rows.locator('h3').allInnerTexts()).toEqual([
        expect.stringContaining('meter'),
        expect.stringContaining('inverter'),
        expect.stringContaining('freezer'),
      ])
      const [meter, , freezer] = await rows.locator('> dl').allInnerTexts()
      expect(meter?.split(/\s*\n\s*/).join(' ')).toMatch(/1\.8\u00a0kW to the grid.*2 s ago.*checked.*3/)
      expect(freezer).toMatch(/out of date/)
      for (const summary of await page.locator('.device summary').all()) await summary.click()
      const first = await rows.first().innerText()
      expect(first).toContain('crc-mismatch 3 times. The checksum does not fit')
      expect(first).toContain('1-0:2.7.0(01.804*kW)')
      expect(first).toContain('m-home-')
      expect(await rows.nth(1).locator('.raw-bytes').innerText()).toMatch(/^0b 30 55/)
      expect(await rows.nth(2).innerText()).toContain('EHOSTUNREACH')
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    })
  })

  it('are found and added with the keyboard alone, in five actions', async () => {
    await at('operate', [{ language: 'en', width: 1280 }], async (page) => {
      const press = async (wanted: Locator) => {
        await wanted.waitFor()
        await tabTo(page, wanted)
        await page.keyboard.press('Enter')
      }
      await press(page.locator('a.button', { hasText: 'Add a device' }))
      await press(page.locator('button', { hasText: 'Look for devices' }))
      await page.locator('.find').nth(2).waitFor()
      expect(await page.locator('.answer').innerText()).toBe('Found 2 devices')
      expect(await page.locator('.find .find-now').allInnerTexts()).toEqual([
        '412\u00a0W\nfrom the grid',
        '3.2\u00a0kW\nproduced',
        '1.8\u00a0kW\nto the grid',
      ])
      expect(await page.locator('.find-known').innerText()).toContain('read already as meter')
      expect(await violations(page)).toEqual([])
      await press(page.locator('a.button', { hasText: 'Use both' }))
      expect(await page.locator('#name-0').inputValue()).toBe('meter-2')
      expect(await page.locator('#name-1').inputValue()).toBe('roof')
      expect(await violations(page)).toEqual([])
      await press(page.locator('button', { hasText: 'Save' }))
      await page.locator('.answer', { hasText: '2 devices are being read' }).waitFor()
      await press(page.locator('a.button', { hasText: 'See my devices' }))
      await page.locator('.device').nth(4).waitFor()
    })
  })

  it('can be left and taken up: finds stay with the node, the choice stays in the address', async () => {
    await at('operate/devices/new', [{ language: 'it', width: 375 }], async (page, origin) => {
      await page.locator('form .button.primary').click()
      await page.locator('.find').nth(2).waitFor()
      await page.locator('.find').first().locator('input').uncheck()
      await page.locator('.find').nth(1).locator('select').selectOption('storage')
      await page.locator('.actions .button.primary').click()
      await page.locator('#name-0').waitFor()
      await page.reload()
      await page.locator('#name-0').waitFor()
      expect(await page.locator('.card h2').allInnerTexts()).toEqual(['Inverter SunSpec'])
      expect(await page.locator('#name-0').inputValue()).toBe('batteria')
      await page.locator('#name-0').fill('freezer')
      await page.locator('form .button.primary').click()
      expect(await page.locator('.field-error').first().innerText()).toBe(
        'Un altro dispositivo ha già questo nome.',
      )
      await page.locator('#name-0').fill('Batteria Sud')
      await page.locator('form .button.primary').click()
      await page.waitForURL(/\/done/)
      await open(page, `${origin}/operate`)
      await page.locator('.device h3', { hasText: 'batteria-sud' }).waitFor()
    })
  })

  it('entered by hand are tried first: silence has a reason, and a value comes before the name', async () => {
    await at('operate/devices/new/by-hand', LOOKS, async (page) => {
      const test = page.locator('form').first().locator('button[type=submit]')
      await test.click()
      expect(await page.locator('#kind-error').innerText()).toBe('Choose a kind.')
      await page.locator('#kind').selectOption('sunspec-inverter')
      await test.click()
      expect(await page.locator('#host-error').innerText()).toBe('Fill this in.')
      await page.locator('#host').fill('192.168.1.99')
      await test.click()
      await page.locator('.test-silent').waitFor()
      expect(await page.locator('.test-answer').innerText()).toContain('ECONNREFUSED')
      expect(await page.locator('form').nth(1).locator('button').innerText()).toBe('Save it all the same')
      expect(await violations(page)).toEqual([])
      await page.locator('#host').fill('192.168.1.32')
      expect(await page.locator('.test-answer').count()).toBe(0)
      await test.click()
      await page.locator('.test-heard').waitFor()
      expect(await page.locator('.test-answer .find-now').innerText()).toContain('2.7\u00a0kW')
      await page.locator('form').nth(1).locator('button').click()
      await page.locator('.answer', { hasText: 'One device is being read' }).waitFor()
    })
  })

  it('are removed only after a question, which may be answered with no', async () => {
    await at('operate', [{ language: 'en' }], async (page) => {
      const freezer = page.locator('.device', { hasText: 'freezer' })
      await freezer.locator('summary').click()
      await freezer.locator('button', { hasText: 'Remove' }).click()
      await freezer.locator('button', { hasText: 'Keep it' }).click()
      await freezer.locator('button', { hasText: 'Remove' }).click()
      expect(await freezer.innerText()).toContain('its readings stay')
      await freezer.locator('button', { hasText: 'Yes, remove it' }).click()
      await freezer.waitFor({ state: 'detached' })
      expect(await page.locator('.device').count()).toBe(2)
    })
  })

  it('that are none yet invite to the first, and a node that reads none says where to go', async () => {
    await at(
      'operate',
      [{ language: 'en' }],
      async (page, origin) => {
        await page.locator('a.button', { hasText: 'Add a device' }).waitFor()
        expect(await page.locator('main').innerText()).toContain('No devices yet')
        await page.route('**/api/v1/devices', async (route) => {
          const response = await route.fetch()
          await route.fulfill({ response, json: { ...(await response.json()), isRunHere: false } })
        })
        await open(page, `${origin}/operate/devices/new`)
        await settled(page)
        expect(await page.locator('main').innerText()).toContain('in the pages of your own box')
        expect(await page.locator('form').count()).toBe(0)
      },
      'coordinator',
    )
  })
})
