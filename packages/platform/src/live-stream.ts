import type { ServerResponse } from 'node:http'

import { HEARTBEAT_MS, STATE_EVERY_MS, liveEvents, type LiveEvent, type LiveEventName } from '@tri/contract'
import { z } from 'zod'

import { safeHeaders } from './door.ts'
import type { Clock, Handlers, Log, Reader } from './ports.ts'

/** Live pages at a time. Beyond it a page is refused and asks again later. */
export const STREAMS_MAX = 256
/** Live pages without a session at a time, so that strangers cannot keep members out. */
export const STREAMS_PUBLIC_MAX = 64
/** Settled and published events kept for a page that comes back; an older one sees them in its next answer. */
export const EVENTS_KEPT_MAX = 256
/** Bytes waiting for one slow page. Beyond it the page is let go, and comes back for what it missed. */
export const STREAM_WAITING_BYTES_MAX = 1_048_576

/** What happens once and is told to all; `standing` to the sessions of its own member only. */
export type Announcement = Extract<LiveEvent, { readonly event: 'settled' | 'published' | 'standing' }>

interface Page {
  readonly response: ServerResponse
  readonly reader: () => Reader | undefined
  readonly isMember: boolean
}

/** The live stream: who listens, and what they are told. */
export interface LiveStream {
  /** Takes over the response and feeds it. False when there are as many pages as may be. */
  join(
    response: ServerResponse,
    who: { readonly reader: () => Reader | undefined; readonly lastEventId: string | undefined },
  ): boolean
  announce(event: Announcement): void
  close(): void
}

/**
 * Opens the live stream. State goes to everyone every two seconds, `home` to the sessions of its own member, a
 * heartbeat every ten; nothing is computed while nobody listens.
 */
export function openLiveStream(ports: {
  readonly handlers: Pick<Handlers, 'state' | 'home'>
  readonly clock: Clock
  readonly log: Log
  readonly stopping: AbortSignal
}): LiveStream {
  const { clock, stopping } = ports
  const pages = new Set<Page>()
  const kept: { readonly number: number; readonly text: string }[] = []
  // A number of another start means nothing here: a page that brings one gets no past, and the state at once.
  const start = clock.nowMs().toString(36)
  let number = 0

  const { tell, tellAll } = teller(ports, pages)
  const stops = [
    clock.every(HEARTBEAT_MS, () => {
      for (const page of pages) write(page, messageOf({ event: 'heartbeat', data: { at: clock.nowMs() } }))
    }),
    clock.every(STATE_EVERY_MS, () => void tellAll()),
  ]

  return {
    join(response, { reader, lastEventId }) {
      const isMember = reader() !== undefined
      const strangers = [...pages].filter((page) => !page.isMember).length
      if (pages.size >= STREAMS_MAX || (!isMember && strangers >= STREAMS_PUBLIC_MAX) || stopping.aborted)
        return false
      const page = { response, reader, isMember }
      pages.add(page)
      response.once('close', () => pages.delete(page))
      response.writeHead(200, {
        ...safeHeaders(),
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      })
      write(page, `retry: 2000\n\n${messageOf({ event: 'heartbeat', data: { at: clock.nowMs() } })}`)
      for (const { text } of missedSince(kept, lastEventId, start)) write(page, text)
      void tell([page])
      return true
    },
    announce(event) {
      if (event.event === 'standing') {
        // Not kept: a page that comes back asks for its receipts anew.
        for (const page of pages)
          if (page.reader()?.member === event.data.member) write(page, messageOf(event))
        return
      }
      number += 1
      const text = messageOf(event, `${start}-${number}`)
      kept.push({ number, text })
      if (kept.length > EVENTS_KEPT_MAX) kept.shift()
      for (const page of pages) write(page, text)
    },
    close() {
      for (const stop of stops) stop()
      for (const page of pages) page.response.end()
      pages.clear()
    },
  }
}

type Ports = Parameters<typeof openLiveStream>[0]

function teller(ports: Ports, pages: ReadonlySet<Page>) {
  const tell = async (to: readonly Page[]) => {
    try {
      await tellNow(ports, to)
    } catch (cause) {
      const fault = cause instanceof Error ? cause.name : 'unknown'
      ports.log.error({ fault }, 'the live state could not be told')
    }
  }
  // A telling that takes longer than its time is not overtaken by the next one.
  let isTelling = false
  const tellAll = async () => {
    if (isTelling) return
    isTelling = true
    await tell([...pages])
    isTelling = false
  }
  return { tell, tellAll }
}

async function tellNow({ handlers, stopping }: Ports, pages: readonly Page[]): Promise<void> {
  // A page that still waits for the last state gets the next one instead of both.
  const ready = pages.filter(({ response }) => !response.writableNeedDrain)
  if (ready.length === 0 || stopping.aborted) return
  const state = await handlers.state(undefined, {}, stopping)
  if (state.ok) {
    const text = messageOf({ event: 'state', data: state.value })
    for (const page of ready) write(page, text)
  }
  for (const [member, { reader, pages: own }] of byMember(ready)) {
    const home = await handlers.home(reader, {}, stopping)
    if (!home.ok || home.value.member !== member) continue
    const text = messageOf({ event: 'home', data: home.value })
    for (const page of own) write(page, text)
  }
}

// Asked anew each time: a session that ended gets nothing more.
function byMember(pages: readonly Page[]): Map<string, { readonly reader: Reader; readonly pages: Page[] }> {
  const members = new Map<string, { readonly reader: Reader; readonly pages: Page[] }>()
  for (const page of pages) {
    const reader = page.reader()
    if (reader === undefined) continue
    const known = members.get(reader.member)
    if (known === undefined) members.set(reader.member, { reader, pages: [page] })
    else known.pages.push(page)
  }
  return members
}

function write(page: Page, text: string): void {
  const { response } = page
  if (response.destroyed || response.writableEnded) return
  if (response.writableLength > STREAM_WAITING_BYTES_MAX) {
    response.destroy()
    return
  }
  response.write(text)
}

function messageOf<Name extends LiveEventName>(
  { event, data }: Extract<LiveEvent, { readonly event: Name }>,
  id?: string,
): string {
  // Encoded by its shape, so that an undeclared field cannot leave here either.
  const shape: z.ZodType = liveEvents[event]
  const line = id === undefined ? '' : `id: ${id}\n`
  return `${line}event: ${event}\ndata: ${JSON.stringify(z.encode(shape, data))}\n\n`
}

function missedSince(
  kept: readonly { readonly number: number; readonly text: string }[],
  lastEventId: string | undefined,
  start: string,
): readonly { readonly text: string }[] {
  const [of, last] = (lastEventId ?? '').split('-')
  const seen = Number(last)
  return of === start && Number.isSafeInteger(seen) ? kept.filter(({ number }) => number > seen) : []
}
