import { computed, signal } from '@preact/signals'

/** Every address of the pages. A segment that begins with a colon is a value. */
export const ROUTES = {
  home: '/home',
  nearby: '/nearby',
  exchange: '/exchange',
  pay: '/exchange/pay',
  receipt: '/exchange/receipt/:id',
  whyDay: '/exchange/why/:day/:ring',
  whySlot: '/exchange/why/:day/:ring/:slot',
  settle: '/exchange/settle',
  settleStep: '/exchange/settle/:month/:step',
  object: '/exchange/object/:month',
  operate: '/operate',
  newDevice: '/operate/devices/new',
  newDeviceStep: '/operate/devices/new/:step',
  settings: '/settings',
  session: '/open',
} as const

export type RouteName = keyof typeof ROUTES

type ValueNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ValueNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

export type RouteValues<Name extends RouteName> = {
  readonly [Key in ValueNames<(typeof ROUTES)[Name]>]: string
}

export interface Place {
  readonly route: RouteName
  readonly values: Readonly<Record<string, string>>
  readonly search: URLSearchParams
}

const routeNames = Object.keys(ROUTES).filter((name): name is RouteName => name in ROUTES)

/** Where the application starts in the address: `/` unless a proxy adds a prefix. */
const basePath = () => new URL(document.baseURI).pathname

/** A part of an address as it was meant; undefined when somebody broke it. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    // A lone percent sign: no page of ours is called so.
    return undefined
  }
}

/**
 * Reads an address.
 *
 * @returns the place, or undefined when no page has this address
 */
export function placeOf(path: string, search = ''): Place | undefined {
  const given = path.split('/').filter((part) => part !== '')
  if (given.length === 0) return { route: 'home', values: {}, search: new URLSearchParams(search) }
  for (const route of routeNames) {
    const wanted = ROUTES[route].slice(1).split('/')
    if (wanted.length !== given.length) continue
    const values: Record<string, string> = {}
    const fits = wanted.every((part, at) => {
      const found = given[at] ?? ''
      if (!part.startsWith(':')) return part === found
      const value = decoded(found)
      values[part.slice(1)] = value ?? ''
      return value !== undefined
    })
    if (fits) return { route, values, search: new URLSearchParams(search) }
  }
  return undefined
}

/** The address of a page, relative to the start of the application. */
export function addressOf<Name extends RouteName>(
  route: Name,
  values: RouteValues<Name>,
  query = '',
): string {
  const filled = new Map<string, string>(Object.entries(values))
  const path = ROUTES[route]
    .slice(1)
    .split('/')
    .map((part) => (part.startsWith(':') ? encodeURIComponent(filled.get(part.slice(1)) ?? '') : part))
    .join('/')
  return query === '' ? path : `${path}?${query}`
}

const address = signal(globalThis.location === undefined ? '/home' : relativePath(location.pathname))
const query = signal(globalThis.location === undefined ? '' : location.search)

function relativePath(pathname: string): string {
  const base = basePath()
  return `/${pathname.startsWith(base) ? pathname.slice(base.length) : pathname.replace(/^\//, '')}`
}

/** The page in view; undefined when its address is unknown. */
export const place = computed(() => placeOf(address.value, query.value))

/** How many times a person moved to another page: the frame moves the focus when it grows. */
export const moves = signal(0)

function readLocation(): void {
  address.value = relativePath(location.pathname)
  query.value = location.search
  moves.value += 1
}

/** Moves to another page without loading it anew. */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  const url = new URL(to, document.baseURI)
  if (how === 'push') history.pushState(undefined, '', url)
  else history.replaceState(undefined, '', url)
  readLocation()
}

/** Follows the browser's own back and forward, and every link to a page of ours. */
export function followLinks(): void {
  addEventListener('popstate', readLocation)
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.hasAttribute('download')) return
    const to = new URL(link.href)
    if (to.origin !== location.origin || placeOf(relativePath(to.pathname)) === undefined) return
    event.preventDefault()
    go(to.href)
  })
}
