import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'

import { STATE_EVERY_MS } from '@tri/contract'
import { describe, expect, it } from 'vitest'

import { STREAM_WAITING_BYTES_MAX, openLiveStream } from '../src/live-stream.ts'
import { sampleHandlers } from '../src/testing/index.ts'
import { handClock, heardLog } from './opened.ts'

/** A response to a page that does not read: what is written waits. */
class StuckResponse extends EventEmitter {
  writableLength = 0
  writableNeedDrain = false
  writableEnded = false
  destroyed = false
  readonly written: string[] = []

  writeHead(): this {
    return this
  }

  write(text: string): boolean {
    this.written.push(text)
    this.writableLength += text.length
    this.writableNeedDrain = true
    return false
  }

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }

  end(): void {
    this.writableEnded = true
  }
}

function stuck() {
  const clock = handClock()
  const response = new StuckResponse()
  const live = openLiveStream({
    handlers: sampleHandlers(),
    clock,
    log: heardLog(),
    stopping: new AbortController().signal,
  })
  const joined = live.join(response as unknown as ServerResponse, {
    reader: () => undefined,
    lastEventId: undefined,
  })
  return { clock, response, live, joined }
}

describe('a live page that does not read', () => {
  it('gets no further state while the last one waits', async () => {
    const { clock, response, live } = stuck()
    for (let i = 0; i < 5; i += 1) clock.move(STATE_EVERY_MS)
    await new Promise((turn) => {
      setImmediate(turn)
    })
    expect(response.written.filter((text) => text.includes('event: state'))).toEqual([])
    live.close()
  })

  it('is let go when too much waits for it', () => {
    const { response, live, joined } = stuck()
    expect(joined).toBe(true)
    response.writableLength = STREAM_WAITING_BYTES_MAX
    const settled = {
      event: 'settled',
      data: { firstSlot: 1, untilSlot: 2, version: 1, root: '0'.repeat(64), mark: 'provisional' },
    } as const
    live.announce(settled)
    expect(response.destroyed).toBe(false)
    live.announce(settled)
    expect(response.destroyed).toBe(true)
    live.close()
  })
})
