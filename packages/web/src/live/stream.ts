import type { ResponseOf } from '@tri/contract'
import { addressOf } from '@tri/contract/client'
import { batch, computed, effect, signal } from '@preact/signals'

import { node, nodeAddress } from './node.ts'
import { session } from './session.ts'
import { zone } from './zone.ts'

/** The node sends a heartbeat every ten seconds: a page that heard nothing for one of them and a breath is stale. */
export const STALE_AFTER_MS = 12_000
/** How often a page asks by itself while the stream is down. */
export const POLL_EVERY_MS = 10_000
/** How long a closed stream rests before it is opened anew. */
const REOPEN_AFTER_MS = 2000

export const publicState = signal<ResponseOf<'state'> | undefined>(undefined)
export const liveHome = signal<ResponseOf<'home'> | undefined>(undefined)
/** The last month or span of slots that was settled or published: pages that show such figures ask again. */
export const settledCount = signal(0)
/** Payments of this reader that became final or were refused: pages that show them ask again. */
export const standingCount = signal(0)

const heardAt = signal(Date.now())
const now = signal(Date.now())
const isOnline = signal(true)

/** fresh: the stream speaks; polling: it does not, but the node answers when asked; stale: nothing is heard. */
export const freshness = computed<'fresh' | 'polling' | 'stale' | 'offline'>(() => {
  if (!isOnline.value) return 'offline'
  if (now.value - heardAt.value > STALE_AFTER_MS) return 'stale'
  return isPolling.value ? 'polling' : 'fresh'
})
const isPolling = signal(false)

type Said = { readonly event: string; readonly text: string }

function hear({ event, text }: Said): void {
  batch(() => {
    heardAt.value = Date.now()
    now.value = heardAt.value
    isPolling.value = false
    if (event === 'settled' || event === 'published') settledCount.value += 1
    if (event === 'standing') standingCount.value += 1
    if (event === 'state') learnState(JSON.parse(text))
    if (event === 'home') liveHome.value = JSON.parse(text)
  })
}

function learnState(state: ResponseOf<'state'>): void {
  zone.value = state.community.timezone
  publicState.value = state
}

/** Asks in place of the stream, and says so when there was an answer. */
async function poll(): Promise<void> {
  const before = heardAt.peek()
  await askNow()
  if (heardAt.peek() > before) isPolling.value = true
}

/** Asks once for what the stream would tell. */
export async function askNow(): Promise<void> {
  const isMember = (session.peek()?.member ?? null) !== null
  const [state, home] = await Promise.all([node.state(), isMember ? node.home() : undefined])
  batch(() => {
    if (state.ok) learnState(state.value)
    if (home?.ok === true) liveHome.value = home.value
    if (state.ok) heardAt.value = Date.now()
    now.value = Date.now()
  })
}

const SESSION_CHANGED = 'session-changed'
const EVENTS = ['heartbeat', 'state', 'home', 'settled', 'published', 'standing'] as const

/** Opens the stream and keeps it open until told to stop; `open` begins it anew. */
function listen(tell: (said: Said) => void): { readonly open: () => void; readonly stop: () => void } {
  let source: EventSource | undefined
  let reopening: ReturnType<typeof setTimeout> | undefined
  const open = () => {
    clearTimeout(reopening)
    source?.close()
    const opened = new EventSource(nodeAddress(addressOf('events')))
    source = opened
    for (const event of EVENTS) {
      opened.addEventListener(event, (message: MessageEvent<string>) => tell({ event, text: message.data }))
    }
    opened.addEventListener('error', () => {
      // A stream that only lost its line tries again by itself; one that was refused stays closed.
      if (opened.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_AFTER_MS)
    })
  }
  const look = () => {
    if (document.visibilityState === 'visible' && Date.now() - heardAt.peek() > STALE_AFTER_MS) open()
  }
  open()
  addEventListener('online', open)
  addEventListener('pageshow', look)
  document.addEventListener('visibilitychange', look)
  const stop = () => {
    clearTimeout(reopening)
    source?.close()
    removeEventListener('online', open)
    removeEventListener('pageshow', look)
    document.removeEventListener('visibilitychange', look)
  }
  return { open, stop }
}

/**
 * One stream for all tabs: browsers allow six connections to a node, and each tab would take one. The tab that holds
 * the lock listens and tells the others. Plain HTTP pages beyond localhost have no locks: there each tab listens.
 */
function share(): () => void {
  const stopping = new AbortController()
  const { locks } = navigator
  if (locks === undefined || globalThis.BroadcastChannel === undefined) return listen(hear).stop
  const channel = new BroadcastChannel('tri-live')
  let openAnew: (() => void) | undefined
  channel.addEventListener('message', ({ data }: MessageEvent<Said>) => {
    if (data.event === SESSION_CHANGED) openAnew?.()
    else hear(data)
  })
  // The tab that listens may do so with the cookie of a session that is over.
  const tell = (said: Said) => {
    if (stopping.signal.aborted) return
    // A channel of tabs has no target: the rule means windows.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    channel.postMessage(said)
  }
  tell({ event: SESSION_CHANGED, text: '' })
  locks
    .request('tri-live', { signal: stopping.signal }, async () => {
      // Given up while the lock was on its way: there is nothing to listen for any more.
      if (stopping.signal.aborted) return
      const { open, stop } = listen((said) => {
        hear(said)
        tell(said)
      })
      openAnew = open
      await new Promise<void>((done) => stopping.signal.addEventListener('abort', () => done()))
      stop()
    })
    .catch(() => stopping.abort())
  return () => {
    stopping.abort()
    channel.close()
  }
}

/**
 * Keeps the live values coming: by the stream, by asking while the stream is down, and at once when the page comes
 * back from sleep. Starts anew when another session begins.
 */
export function keepLive(): () => void {
  let stop: (() => void) | undefined
  const stopFollowing = effect(() => {
    const who = session.value
    if (who === undefined) return
    stop?.()
    if (who.member === null) liveHome.value = undefined
    stop = share()
  })
  let polledAt = 0
  const beat = setInterval(() => {
    now.value = Date.now()
    isOnline.value = navigator.onLine
    const isSilent = now.value - heardAt.value > STALE_AFTER_MS
    if ((!isSilent && !isPolling.value) || document.visibilityState === 'hidden') return
    if (now.value - polledAt < POLL_EVERY_MS) return
    polledAt = now.value
    void poll()
  }, 1000)
  return () => {
    clearInterval(beat)
    stopFollowing()
    stop?.()
  }
}
