import { SLOT_MS, epochMs, slot, wattHour } from '@tri/units'
import { expect, test } from 'vitest'

import { openRegisterHistory } from '../../src/slots/register-history.ts'
import { openVirtualMeter, type MeterFault } from '../../src/virtual/virtual-meter.ts'
import { openVirtualReader } from '../../src/virtual/virtual-reader.ts'

const FIRST = slot(2_000_000)
const SLOTS = 10
/** The fault comes in the middle of the third slot and lasts for an hour. */
const FAULT_FROM_MS = 2.5 * SLOT_MS
const FAULT_UNTIL_MS = 6.5 * SLOT_MS
const TELEGRAM_MS = 10_000
const SLOT_WH = 90

/** Wh of each slot that a node makes of a meter with a steady 360 W, or why it has none. */
function heard(fault: MeterFault) {
  let at = epochMs(FIRST * SLOT_MS)
  const meter = openVirtualMeter('p1', () => ({
    at,
    serial: 'TRI0000001',
    importWh: wattHour(4_000_000 + Math.floor((at - FIRST * SLOT_MS) / TELEGRAM_MS)),
    exportWh: wattHour(1_000_000),
    powerW: 360,
  }))
  const reader = openVirtualReader('p1')
  const history = openRegisterHistory({
    meter: 'casa',
    sources: [{ name: 'p1', resolutionWh: 1 }],
    powerMaxW: 15_000,
    registers: 'both',
  })
  for (let ms = 0; ms <= SLOTS * SLOT_MS; ms += TELEGRAM_MS) {
    at = epochMs(FIRST * SLOT_MS + ms)
    if (ms === FAULT_FROM_MS) meter.play(fault)
    if (ms === FAULT_UNTIL_MS) meter.play('mended')
    const bytes = meter.speak()
    const seen = bytes === undefined ? undefined : reader.read(bytes, at)
    if (seen === undefined) continue
    const registers = { importWh: wattHour(seen.importWh ?? 0), exportWh: wattHour(seen.exportWh ?? 0) }
    history.take({ meter: 'casa', source: 'p1', takenAt: at, time: 'ours', check: 'valid', ...registers }, at)
  }
  history.closeUntil(slot(FIRST + SLOTS))
  return Array.from({ length: SLOTS }, (_, i) => {
    const change = history.slot(slot(FIRST + i))
    return change === undefined || change.is === 'gap' ? change?.why : [change.importWh, change.exportWh]
  })
}

const whole = [SLOT_WH, 0]

test.each([
  ['silence', 'silence', [2, 3, 4, 5, 6]],
  ['garbage', 'silence', [2, 3, 4, 5, 6]],
  ['reset', 'register-reset', [2]],
  ['rollover', 'register-reset', [2]],
] as const)('%s leaves a gap that is called %s, and no energy that was not there', (fault, why, slots) => {
  const expected = Array.from({ length: SLOTS }, (_, i) => (slots.some((gap) => gap === i) ? why : whole))
  expect(heard(fault)).toEqual(expected)
})

test('a clock that is wrong changes no slot, because ours dates the readings', () => {
  expect(heard('clock')).toEqual(Array.from({ length: SLOTS }, () => whole))
})

test('a clamp that is turned round counts in the other register for as long, to the Wh', () => {
  const turned = [0, SLOT_WH]
  const half = [SLOT_WH / 2, SLOT_WH / 2]
  const slots = heard('reversed')
  expect(slots.slice(0, 2)).toEqual([whole, whole])
  expect(slots.slice(3, 6)).toEqual([turned, turned, turned])
  expect([slots[2], slots[6]]).toEqual([half, half])
  expect(slots.slice(7)).toEqual([whole, whole, whole])
})
