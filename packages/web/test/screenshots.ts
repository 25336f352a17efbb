import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { openBorgoSole } from './journeys/borgo-sole-site.ts'
import { open, openBrowser, signIn, visit } from './journeys/browser.ts'
import { smallPng } from './small-png.ts'

// Writes the pictures of docs/screenshots: Borgo Sole in its seeded demo. They show the clock of the community standing still, so that a picture
// changes only when the page does.

const FOLDER = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))
const SIZES = [
  { width: 375, height: 812 },
  { width: 1280, height: 860 },
] as const

mkdirSync(FOLDER, { recursive: true })
await using site = await openBorgoSole()
const browser = await openBrowser()
for (const size of SIZES) {
  for (const theme of ['light', 'dark'] as const) {
    await using visitor = await visit(browser, site.origin, { ...size, theme, reducedMotion: true })
    const { page } = visitor
    await signIn(page, site, 'household')
    for (const name of ['home', 'nearby', 'exchange']) {
      await open(page, `${site.origin}/${name}`)
      // The live stream speaks once before the picture is taken.
      await page.locator('[data-freshness=fresh]').waitFor()
      const picture = await page.screenshot({ fullPage: name !== 'exchange' && size.width > 1000 })
      writeFileSync(`${FOLDER}${name}-${size.width}-${theme}.png`, smallPng(picture))
    }
    await using keeper = await visit(browser, site.origin, { ...size, theme, reducedMotion: true })
    await signIn(keeper.page, site, 'coordinator')
    await open(keeper.page, `${site.origin}/operate`)
    await keeper.page.locator('[data-freshness=fresh] .lines').waitFor()
    const picture = await keeper.page.screenshot({ fullPage: size.width > 1000 })
    writeFileSync(`${FOLDER}operate-${size.width}-${theme}.png`, smallPng(picture))
  }
}
await browser.close()
