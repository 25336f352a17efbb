import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { dzgPowerAsMeant } from '../../src/sml/dzg-power.ts'
import { smlCodec } from '../../src/sml/sml-codec.ts'
import { entry, listMessage, smlFrame } from './sml-message.ts'

/** The power that a meter of a serial number meant when it sent `value`. */
function meant(serial: number, value: string, name = '0100100700ff') {
  const server = `0a01445a4700${serial.toString(16).padStart(8, '0')}`
  const sent = entry({ name, unit: '621b', scaler: '52fe', value })
  const [frame] = decodeAll(smlCodec, smlFrame(listMessage([sent], { server })))
  if (frame === undefined) throw new Error('no frame')
  return dzgPowerAsMeant(frame).values[0]?.value
}

describe('the power of a DZG DVS74', () => {
  test('is read without the sign that its short numbers have no room for', () => {
    expect(meant(42_082_910, '538b28')).toBe(356.24)
    expect(meant(42_082_910, '54ff0000')).toBe(167_116.8)
    expect(meant(42_082_910, '52fe')).toBe(2.54)
  })

  test('keeps a minus that was meant, and all that has none', () => {
    expect(meant(42_082_910, '55fffe1393')).toBe(-1_260.61)
    expect(meant(42_082_910, '531388')).toBe(50)
    expect(meant(42_082_910, '538b28', '0100240700ff')).toBe(-299.12)
  })

  test.each([
    { serial: 41_999_999, power: -299.12 },
    { serial: 42_000_000, power: 356.24 },
    { serial: 48_999_999, power: 356.24 },
    { serial: 49_000_000, power: -299.12 },
    { serial: 54_999_999, power: -299.12 },
    { serial: 55_000_000, power: 356.24 },
    { serial: 58_999_999, power: 356.24 },
    { serial: 59_000_000, power: -299.12 },
  ])('of serial number $serial is $power W', ({ serial, power }) => {
    expect(meant(serial, '538b28')).toBe(power)
  })

  test('leaves the frames of other meters as they are', () => {
    const [frame] = decodeAll(
      smlCodec,
      smlFrame(listMessage([entry({ name: '0100100700ff', value: '538b28' })])),
    )
    if (frame === undefined) throw new Error('no frame')
    expect(dzgPowerAsMeant(frame)).toBe(frame)
  })
})
