import { epochMs, wattHour } from '@tri/units'
import { describe, expect, test } from 'vitest'

import type { MeterFace } from '../../src/virtual/meter-face.ts'
import { VIRTUAL_KINDS, type VirtualKind } from '../../src/virtual/virtual-kind.ts'
import { openVirtualMeter, VIRTUAL_REGISTER_WH } from '../../src/virtual/virtual-meter.ts'
import { openVirtualReader } from '../../src/virtual/virtual-reader.ts'

const AT = epochMs(1_780_315_200_000)
const HOUR_MS = 3_600_000

const begins: MeterFace = {
  at: AT,
  serial: 'TRI0000001',
  importWh: wattHour(1_234_567),
  exportWh: wattHour(89_000),
  powerW: -450,
}

/** A meter that counts 10 Wh in and 20 Wh out each time it is told to go on. */
function counting(kind: VirtualKind) {
  let shown = begins
  const meter = openVirtualMeter(kind, () => shown)
  const reader = openVirtualReader(kind)
  return {
    meter,
    goOn: () => {
      shown = {
        ...shown,
        importWh: wattHour(shown.importWh + 10),
        exportWh: wattHour(shown.exportWh + 20),
      }
    },
    heard: () => {
      const bytes = meter.speak()
      return bytes === undefined ? undefined : reader.read(bytes, shown.at)
    },
  }
}

describe.each(VIRTUAL_KINDS)('a virtual %s', (kind) => {
  test('is understood by the driver of its template', () => {
    const { heard, goOn } = counting(kind)
    goOn()
    const { exportWh, importWh, powerW } = heard() ?? {}
    expect({ exportWh, powerW }).toEqual({ exportWh: 89_020, powerW: -450 })
    // What an inverter takes it does not count.
    expect(importWh).toBe(kind === 'sunspec-inverter' ? undefined : 1_234_577)
  })

  test('that is silent says nothing, and what noise makes of it is not used', () => {
    const { meter, heard, goOn } = counting(kind)
    meter.play('silence')
    expect(heard()).toBeUndefined()
    meter.play('mended')
    meter.play('garbage')
    expect(meter.speak()).toBeDefined()
    expect(heard()).toBeUndefined()
    meter.play('mended')
    goOn()
    expect(heard()?.exportWh).toBe(89_020)
  })
})

describe('the registers of a virtual meter', () => {
  test('begin again at 0 when they are reset, and go on from there when that is mended', () => {
    const { meter, goOn } = counting('p1')
    goOn()
    meter.play('reset')
    expect(meter.face()).toMatchObject({ importWh: 0, exportWh: 0 })
    meter.play('mended')
    goOn()
    expect(meter.face()).toMatchObject({ importWh: 10, exportWh: 20 })
  })

  test('run over after their last step', () => {
    const { meter, goOn, heard } = counting('p1')
    meter.play('rollover')
    expect(heard()).toMatchObject({ importWh: VIRTUAL_REGISTER_WH - 1, exportWh: VIRTUAL_REGISTER_WH - 1 })
    goOn()
    expect(heard()).toMatchObject({ importWh: 9, exportWh: 19 })
  })

  test('change places from the moment the clamp is turned round, and the power changes its sign', () => {
    const { meter, goOn } = counting('sml')
    goOn()
    meter.play('reversed')
    goOn()
    expect(meter.face()).toMatchObject({ importWh: 1_234_597, exportWh: 89_030, powerW: 450 })
  })
})

test('a clock that jumped is in the telegram, and nowhere else', () => {
  const { meter } = counting('p1')
  meter.play('clock')
  expect(meter.face()).toEqual({ ...begins, at: AT + HOUR_MS })
})
