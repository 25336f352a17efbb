import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasBrowser, open, openBrowser, settled, signIn, visit } from './browser.ts'
import { openSite, type Site } from './site.ts'

describe.skipIf(!hasBrowser())('a coordinator', () => {
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

  it('closes a month in five actions: check, fill, preview, publish, keep', async () => {
    await using visitor = await visit(browser, site.origin)
    const { page } = visitor
    await signIn(page, site, 'coordinator')
    let actions = 0
    const act = async (name: RegExp | string) => {
      await page
        .locator('main')
        .getByRole('link', { name })
        .or(page.locator('main').getByRole('button', { name }))
        .first()
        .click()
      actions += 1
      await settled(page)
    }
    const next = page.locator('.months a.button.primary')
    await next.click()
    actions += 1
    await settled(page)
    expect(page.url()).toMatch(/\/exchange\/settle\/\d{4}-\d{2}\/check$/)
    if (await page.getByRole('button', { name: 'Fill the gaps' }).isVisible()) {
      await act('Fill the gaps')
      await page.getByText('Every expected reading is in').waitFor()
    }
    await act('Preview')
    expect(page.url()).toMatch(/preview$/)
    expect(await page.locator('main').innerText()).toMatch(/Sum of all credit\s+CC\s0\.000000/)
    await page.reload()
    await settled(page)
    await act('Publish')
    expect(page.url()).toMatch(/publish$/)
    await act('Publish now')
    await page.getByRole('status').filter({ hasText: 'is published' }).waitFor()
    expect(actions).toBeLessThanOrEqual(5)
    await act('Verify and keep')
    expect(await page.locator('main').innerText()).toContain('everything agrees')
    expect(await page.locator('main').innerText()).toMatch(/Energy that does not balance\s+0\sWh/)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: /CSV/ }).click()
    expect((await download).suggestedFilename()).toMatch(/\d{4}-\d{2}\.csv$/)
    expect(visitor.errors).toEqual([])
  })

  it('sees the objection of a member, and the month open again', async () => {
    await using member = await visit(browser, site.origin)
    await signIn(member.page, site, 'household')
    await using visitor = await visit(browser, site.origin)
    await signIn(visitor.page, site, 'coordinator')
    const months = await visitor.page.evaluate(async () => {
      const answer = (await (await fetch('/api/v1/settle/months')).json()) as {
        months: { month: string; state: string }[]
      }
      return answer.months
    })
    const published = months.find(({ state }) => state === 'published')?.month
    expect(published).toBeDefined()
    await open(member.page, `${site.origin}/exchange/object/${published}`)
    await member.page.getByRole('button', { name: 'Send the objection' }).click()
    expect(await member.page.locator('#reason-error').innerText()).toBe('Say what is wrong.')
    await member.page.locator('#reason').fill('My export of the 3rd is too low.')
    await member.page.getByRole('button', { name: 'Send the objection' }).click()
    await member.page.getByRole('status').filter({ hasText: 'Its number is' }).waitFor()
    await open(visitor.page, `${site.origin}/exchange/settle`)
    expect(await visitor.page.locator('main').innerText()).toContain('My export of the 3rd is too low.')
    expect(await visitor.page.locator('.months').innerText()).toContain('reopened')
  })
})
