import { epochMs, wattHour } from '@tri/units'
import { law } from '@tri/units/testing'
import { integer, record } from 'fast-check'
import { expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import {
  obisSenses,
  sunspecInverterSenses,
  sunspecMeterSenses,
} from '../../src/device/senses-of-protocols.ts'
import { openSenses, type Sense } from '../../src/device/sense.ts'
import { dlmsCodec } from '../../src/dlms/dlms-codec.ts'
import { dsmrCodec } from '../../src/dsmr/dsmr-codec.ts'
import type { Frame } from '../../src/frame.ts'
import { smlCodec } from '../../src/sml/sml-codec.ts'
import { sunspecCodec } from '../../src/sunspec/sunspec-codec.ts'
import { dlmsPush } from '../../src/virtual/dlms-push.ts'
import { p1Telegram } from '../../src/virtual/p1-telegram.ts'
import { smlTelegram } from '../../src/virtual/sml-telegram.ts'
import { sunspecImage } from '../../src/virtual/sunspec-image.ts'

const AT = epochMs(1_780_315_200_000)

const faces = record({
  importWh: integer({ min: 0, max: 999_999_999 }),
  exportWh: integer({ min: 0, max: 999_999_999 }),
  powerW: integer({ min: -30_000, max: 30_000 }),
})

// An accumulator of 0 means that a SunSpec device has none.
const counted = faces.map(({ importWh, exportWh, powerW }) => ({
  importWh: importWh + 1,
  exportWh: exportWh + 1,
  powerW,
}))

const faceOf = ({ importWh, exportWh, powerW }: { importWh: number; exportWh: number; powerW: number }) => ({
  at: AT,
  serial: 'TRI0000001',
  importWh: wattHour(importWh),
  exportWh: wattHour(exportWh),
  powerW,
})

function seen(frames: readonly Frame[], senses: readonly Sense[]) {
  const [frame] = frames
  if (frame === undefined) throw new Error('no frame')
  return openSenses(senses).observe(frame, AT)
}

function bytesOf(registers: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * registers.length)
  const view = new DataView(bytes.buffer)
  registers.forEach((register, index) => view.setUint16(2 * index, register))
  return bytes
}

law('a virtual P1 meter says what it shows, with a valid check', faces, (shown) => {
  const frames = decodeAll(dsmrCodec, p1Telegram(faceOf(shown)))
  expect(frames.map(({ check }) => check)).toEqual(['valid'])
  expect(seen(frames, obisSenses)).toMatchObject(shown)
})

law('a virtual SML meter says what it shows, with a valid check', faces, (shown) => {
  const frames = decodeAll(smlCodec, smlTelegram(faceOf(shown)))
  expect(frames.map(({ check }) => check)).toEqual(['valid'])
  expect(seen(frames, obisSenses)).toMatchObject(shown)
})

law('a virtual DLMS meter says what it shows, with valid checks, at its time', faces, (shown) => {
  const frames = decodeAll(dlmsCodec, dlmsPush(faceOf(shown)))
  expect(frames.map(({ check, measuredAt }) => [check, measuredAt])).toEqual([['valid', AT]])
  expect(seen(frames, obisSenses)).toMatchObject({ ...shown, counter: 'TRI0000001' })
})

law('a virtual SunSpec meter says what it shows', counted, (shown) => {
  const frames = decodeAll(sunspecCodec, bytesOf(sunspecImage('meter', faceOf(shown))))
  expect(seen(frames, sunspecMeterSenses)).toMatchObject(shown)
})

law('a virtual inverter tells what it produced', counted, (shown) => {
  const producing = { ...shown, powerW: -Math.abs(shown.powerW) }
  const frames = decodeAll(sunspecCodec, bytesOf(sunspecImage('inverter', faceOf(producing))))
  expect(seen(frames, sunspecInverterSenses)).toMatchObject({ exportWh: shown.exportWh })
  expect(seen(frames, sunspecInverterSenses)?.powerW).toBeCloseTo(producing.powerW)
})

test('virtual meters name themselves', () => {
  const face = faceOf({ importWh: 1, exportWh: 2, powerW: 3 })
  expect(decodeAll(smlCodec, smlTelegram(face))[0]?.device).toBeDefined()
  expect(decodeAll(sunspecCodec, bytesOf(sunspecImage('meter', face)))[0]?.device).toContain('TRI0000001')
})
