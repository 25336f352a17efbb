import type { ComponentChildren } from 'preact'

import { language, numbers, texts } from '../language/language.ts'
import { session } from '../live/session.ts'
import { freshness, publicState } from '../live/stream.ts'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Notice } from '../parts/notice.tsx'
import { addressOf, place, type RouteName } from './router.ts'

interface Entry {
  readonly route: Extract<RouteName, 'home' | 'nearby' | 'exchange' | 'settle' | 'operate' | 'settings'>
  readonly icon: IconName
}

const MEMBER: readonly Entry[] = [
  { route: 'home', icon: 'home' },
  { route: 'nearby', icon: 'nearby' },
  { route: 'exchange', icon: 'exchange' },
]
const SETTLE: Entry = { route: 'settle', icon: 'settle' }
const OPERATE: Entry = { route: 'operate', icon: 'operate' }
const SETTINGS: Entry = { route: 'settings', icon: 'settings' }

/** The pages this reader has something on: no entry leads to an empty page. */
function entries(): readonly Entry[] {
  const who = session.value
  const own =
    (who?.member ?? null) !== null
      ? MEMBER
      : (who?.role ?? null) !== null
        ? MEMBER.slice(1, 2)
        : MEMBER.slice(0, 1)
  const isMember = (who?.member ?? null) !== null
  return [
    ...own,
    ...(who?.role === 'coordinator' ? [SETTLE] : []),
    ...(isMember || who?.role === 'coordinator' ? [OPERATE] : []),
    SETTINGS,
  ]
}

/** The entry under which a page is found. */
function entryOf(route: RouteName | undefined): RouteName | undefined {
  if (route === undefined || route === 'session') return undefined
  if (route === 'settle' || route === 'settleStep')
    return session.value?.role === 'coordinator' ? 'settle' : 'exchange'
  if (route === 'newDevice' || route === 'newDeviceStep') return 'operate'
  const exchange: readonly RouteName[] = ['pay', 'receipt', 'whyDay', 'whySlot', 'object']
  return exchange.includes(route) ? 'exchange' : route
}

/** A phone's bar holds four: closing a month is then found under Exchange, and who keeps the book under Settings. */
function isWideOnly(route: RouteName): boolean {
  return route === 'settle' || route === 'operate'
}

function Navigation() {
  const current = entryOf(place.value?.route)
  return (
    <nav class="nav" aria-label={texts.value.frame.pages}>
      <ul>
        {entries().map(({ route, icon }) => (
          <li key={route} class={isWideOnly(route) ? 'wide-only' : ''}>
            <a href={addressOf(route, {})} aria-current={current === route ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{texts.value.frame[route]}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The name on the sign: TRI's three corners. */
function Brand() {
  const state = publicState.value
  return (
    <a class="brand" href={addressOf('home', {})}>
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path class="brand-line" d="M16 7 7 23h18z" />
        <circle class="brand-produce" cx="16" cy="7" r="4.2" />
        <path class="brand-consume" d="M3 19h8v8H3z" />
        <path class="brand-exchange" d="m25 17.6 5.4 5.4-5.4 5.4-5.4-5.4z" />
      </svg>
      <span class="brand-name">TRI</span>
      {state !== undefined && <span class="brand-community">{state.community.name}</span>}
    </a>
  )
}

function DemoSign() {
  const state = publicState.value
  if (state?.node.mode !== 'demo') return null
  const text = texts.value.frame
  const { speed } = state.clock
  const what = speed === null || speed === 1 ? text.demoSteady : text.demoWhat(numbers.value.count(speed))
  return (
    <span class="demo" title={what}>
      {text.demo}
      {speed !== null && speed !== 1 && ` ×${numbers.value.count(speed)}`}
    </span>
  )
}

function LanguageSwitch() {
  const other = language.value === 'it' ? 'en' : 'it'
  return (
    <button
      type="button"
      class="button quiet language"
      lang={other}
      aria-label={texts.value.frame.switchLanguage}
      onClick={() => {
        language.value = other
      }}
    >
      {other.toUpperCase()}
    </button>
  )
}

function LiveNotice() {
  const state = freshness.value
  const text = texts.value.live
  // The region is always there, so that a screen reader hears the change; fresh values need no words.
  return (
    <div aria-live="polite" class="live-notice">
      {state === 'stale' && <Notice>{text.stale}</Notice>}
      {state === 'offline' && <Notice>{text.offline}</Notice>}
      {state === 'polling' && <Notice>{text.polling}</Notice>}
      {state === 'fresh' && publicState.value?.ledger.state === 'no-quorum' && (
        <Notice>{text.noQuorum}</Notice>
      )}
    </div>
  )
}

function skip(event: Event): void {
  // The document has a base address, so a plain #content would lead to another page.
  event.preventDefault()
  document.querySelector<HTMLElement>('main')?.focus()
}

/** Everything around a page: the sign, the way to the other pages, and whether the values are fresh. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const isKiosk = place.value?.search.has('kiosk') === true
  return (
    <div class={isKiosk ? 'frame kiosk' : 'frame'} data-freshness={freshness.value}>
      <a class="skip" href="#content" onClick={skip}>
        {texts.value.frame.skip}
      </a>
      <header class="top">
        <Brand />
        <DemoSign />
        <LanguageSwitch />
      </header>
      {!isKiosk && <Navigation />}
      <main id="content" tabIndex={-1}>
        <LiveNotice />
        {children}
      </main>
    </div>
  )
}
