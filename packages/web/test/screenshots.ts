import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { open, openBrowser, signIn, visit } from './journeys/browser.ts'
import { openBorgoSole } from './journeys/borgo-sole-site.ts'

// Writes the pictures of docs/screenshots. They show the clock of the community standing still, so that a picture
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
      await page.screenshot({
        path: `${FOLDER}${name}-${size.width}-${theme}.png`,
        fullPage: name === 'home' && size.width > 1000,
      })
    }
  }
}
await browser.close()
