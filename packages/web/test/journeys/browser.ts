import { existsSync } from 'node:fs'

import { chromium, type Browser } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'

/** Whether journeys can run here. In CI an absent browser is a failure, elsewhere one clear line. */
export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true
  if (process.env['CI'] === 'true') throw new Error(`journeys need ${CHROMIUM}: apt-get install chromium`)
  console.warn(`journeys skipped: ${CHROMIUM} is not installed`)
  return false
}

/** Debian's own browser, which downloads nothing. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
