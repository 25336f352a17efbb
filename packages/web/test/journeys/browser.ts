import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import type Axe from 'axe-core'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

import type { Site } from './site.ts'

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

export interface Visit {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'light' | 'dark'
  readonly language?: 'en' | 'it'
  readonly reducedMotion?: boolean
}

/** A page of a fresh browser profile, with what went wrong in it and what it asked of others. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page
  readonly errors: string[]
  readonly foreign: string[]
  readonly requests: { readonly url: string; readonly type: string }[]
}

/** Opens a page from which every host but the site's own is out of reach. */
export async function visit(browser: Browser, origin: string, as: Visit = {}): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: as.width ?? 1280, height: as.height ?? 860 },
    colorScheme: as.theme ?? 'light',
    locale: as.language === 'it' ? 'it-IT' : 'en-GB',
    reducedMotion: as.reducedMotion === true ? 'reduce' : 'no-preference',
    acceptDownloads: true,
  })
  const page = await context.newPage()
  const errors: string[] = []
  const foreign: string[] = []
  const requests: { url: string; type: string }[] = []
  await context.route(
    (url) => url.origin !== origin,
    async (route) => {
      foreign.push(route.request().url())
      await route.abort()
    },
  )
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('request', (request) => requests.push({ url: request.url(), type: request.resourceType() }))
  return {
    page,
    errors,
    foreign,
    requests,
    [Symbol.asyncDispose]: async () => context.close(),
  }
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>

/** Sessions by site and role: a node lets nobody claim more than a few links a minute, a test no more than a person. */
const sessions = new Map<string, Cookies>()

/** Signs in with a one-time link, or with the session that an earlier link gave, and waits until the first page stands. */
export async function signIn(page: Page, site: Site, role: 'household' | 'coordinator'): Promise<void> {
  const context = page.context()
  const known = sessions.get(`${site.origin} ${role}`)
  if (known === undefined) {
    await page.goto(site.origin + (role === 'household' ? site.householdPath() : site.coordinatorPath()))
  } else {
    await context.addCookies(known)
    await page.goto(`${site.origin}/${role === 'household' ? 'home' : 'exchange/settle'}`)
  }
  await page.waitForURL(/\/(home|exchange\/settle)$/)
  await settled(page)
  sessions.set(`${site.origin} ${role}`, await context.cookies())
}

/** Opens an address and waits until its values have come. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await settled(page)
}

/** Waits until nothing is on its way any more: a heading stands and no skeleton is left. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  await page.waitForFunction(() => document.querySelector('.skeleton') === null)
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds on a page against WCAG 2.2 A and AA: one line an element, none on a page that holds. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return page.evaluate(async (tags) => {
    const { axe } = globalThis as unknown as { axe: typeof Axe }
    const results = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] })
    return results.violations.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} ${node.any[0]?.message ?? ''}`),
    )
  }, TAGS)
}
