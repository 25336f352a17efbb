import { Fault } from '@tri/units'
import { expect, test } from 'vitest'

import { LINE_PAUSE_MS_MAX, pauseAfter, type Dial } from '../../src/lines/line.ts'
import { lineRig } from '../../src/testing/index.ts'

const silent: Dial<number> = async (_deliver, { signal, up }) => {
  up()
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}
const failing: Dial<number> = () => Promise.reject(new Error('no cable'))

test('pauses double from one second to a minute, and no two boxes of a street choose the same moment', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 1000].map((tries) => pauseAfter(tries, 1))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
  ])
  expect(pauseAfter(3, 0)).toBe(2000)
  expect(pauseAfter(3, 0.5)).toBe(3000)
})

test('a line that cannot be opened is tried again with growing pauses, and says why', async () => {
  await using rig = lineRig(() => failing, { name: '/dev/ttyUSB7' })
  await rig.until(({ pauses }) => pauses.length >= 8)
  await rig.close()
  expect(rig.pauses.slice(0, 8)).toEqual([750, 1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000])
  expect(Math.max(...rig.pauses)).toBeLessThanOrEqual(LINE_PAUSE_MS_MAX)
  const [opening, waiting] = rig.states
  expect(opening).toEqual({ is: 'opening', tries: 0 })
  expect(waiting).toMatchObject({ is: 'waiting', tries: 1, problem: { code: 'line-broken' } })
  expect(rig.states.at(-1)).toEqual({ is: 'closed' })
})

test('a line that was up begins again with the shortest pause', async () => {
  let dials = 0
  const flaky: Dial<number> = async (deliver) => {
    dials++
    if (dials % 3 === 0) deliver(dials)
    throw new Fault('line-ended', { line: 'a line' })
  }
  await using rig = lineRig(() => flaky)
  await rig.until(({ items }) => items.length >= 2)
  await rig.close()
  expect(rig.pauses.slice(0, 5)).toEqual([750, 1500, 750, 1500, 3000])
  expect(rig.items.slice(0, 2)).toEqual([3, 6])
})

test('silence for longer than a device is ever silent counts as a broken line', async () => {
  await using rig = lineRig(() => silent, { name: 'the meter', silentMs: 30_000 })
  await rig.until(({ states }) => states.some(({ is }) => is === 'waiting'))
  expect(rig.states.find(({ is }) => is === 'waiting')).toMatchObject({
    problem: { code: 'line-silent', details: { line: 'the meter', seconds: 30 } },
  })
})

test('a line that is closed while it waits or dials ends at once and tells it', async () => {
  const rig = lineRig(() => failing)
  await rig.until(({ pauses }) => pauses.length > 0)
  await rig.close()
  expect(rig.states.at(-1)).toEqual({ is: 'closed' })
})
