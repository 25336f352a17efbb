import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { epochMs, wattHour } from '@tri/units'
import { law } from '@tri/units/testing'
import { uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { CODECS } from '../../src/codecs.ts'
import { decodeCapture } from '../../src/decode/decode-capture.ts'
import { dsmrCodec } from '../../src/dsmr/dsmr-codec.ts'
import { iecCodec } from '../../src/iec62056/iec-codec.ts'
import { capturedFiles, hasCaptures } from '../../src/testing/index.ts'
import { p1Telegram } from '../../src/virtual/p1-telegram.ts'
import { smlTelegram } from '../../src/virtual/sml-telegram.ts'

const face = {
  at: epochMs(1_780_315_200_000),
  serial: 'TRI0000001',
  importWh: wattHour(1_234_567),
  exportWh: wattHour(89),
  powerW: -450,
}
const encode = (text: string) => new TextEncoder().encode(text)
const decoded = (file: Uint8Array) => {
  const outcome = decodeCapture(file)
  if (!outcome.ok) throw new Error(outcome.refusal)
  return outcome.value
}

test('a capture is the same raw, in hexadecimal and compressed', () => {
  const raw = smlTelegram(face)
  const hex = encode(raw.toHex().replaceAll(/.{32}/g, '$&\n'))
  for (const file of [raw, hex, gzipSync(raw), gzipSync(hex)]) {
    const { protocol, isGuessed, frames } = decoded(file)
    expect([protocol, isGuessed]).toEqual(['sml', true])
    expect(frames.map(({ check }) => check)).toEqual(['valid'])
    expect(frames[0]?.values).toContainEqual({ obis: '1-0:1.8.0', value: 1_234_567, unit: 'Wh' })
  }
})

test('a named protocol is taken at its word', () => {
  expect(decodeCapture(p1Telegram(face), { protocol: 'dsmr' })).toMatchObject({
    ok: true,
    value: { isGuessed: false },
  })
  expect(decodeCapture(p1Telegram(face), { protocol: 'sml' })).toEqual({
    ok: false,
    refusal: 'no-frame-found',
  })
})

test('messages are read as one JSON text, or a line each with its topic', () => {
  const lines = [
    { topic: 'shellies/em/emeter/0/power', payload: '-620.34' },
    { topic: 'shellies/em/emeter/0/total', payload: '401472.9' },
  ]
  const { protocol, frames } = decoded(encode(lines.map((line) => JSON.stringify(line)).join('\n')))
  expect(protocol).toBe('shelly')
  expect(frames.flatMap(({ values }) => values)).toEqual([
    { name: 'emeter.0.power', value: -620.34, unit: 'W' },
    { name: 'emeter.0.total', value: 401_472.9, unit: 'Wh' },
  ])
})

test('what is no capture is refused by its reason', () => {
  expect(decodeCapture(new Uint8Array())).toEqual({ ok: false, refusal: 'capture-empty' })
  expect(decodeCapture(encode('Dear neighbour, how are you?'))).toEqual({
    ok: false,
    refusal: 'protocol-not-recognised',
  })
  expect(decodeCapture(gzipSync(encode('x'.repeat(100))).subarray(0, 20))).toEqual({
    ok: false,
    refusal: 'capture-unpackable',
  })
})

test('a page of text is not taken for a readout, whatever slashes and brackets are in it', () => {
  const root = join(import.meta.dirname, '../../../..')
  for (const page of [
    'README.md',
    'CONTRIBUTING.md',
    'docs/tour.md',
    'packages/units/README.md',
    'package.json',
  ])
    expect(decodeCapture(new Uint8Array(readFileSync(join(root, page)))), page).toEqual({
      ok: false,
      refusal: 'protocol-not-recognised',
    })
  const text = 'See /usr/share/doc\n\nthe list (of packages)\nand the others (if any)\n'
  expect(iecCodec.likeness(encode(text))).toBeLessThan(0.2)
  expect(iecCodec.likeness(encode(`${text}!\nWell.\n`))).toBeLessThan(0.2)
  expect(dsmrCodec.likeness(encode(text))).toBeLessThan(0.2)
})

test('a readout that was cut is still known by its addresses', () => {
  const cut =
    '/TRI5METER\r\n\u0002F.F(00)\r\nC.1.0(123)\r\n1.8.0(000285.4*kWh)\r\n1-1:1.8.0*01(29055*kWh)\r\n'
  expect(decodeCapture(encode(cut))).toMatchObject({
    ok: true,
    value: { protocol: 'iec62056-21', frames: [{ problem: 'truncated', values: [] }] },
  })
})

law('any file is decoded or refused, never thrown at', uint8Array({ maxLength: 2048 }), (file) => {
  const outcome = decodeCapture(file)
  return (
    !outcome.ok ||
    outcome.value.frames.every(({ problem, values }) => problem === undefined || values.length === 0)
  )
})

describe.skipIf(!hasCaptures)('the protocol of a capture is found', () => {
  test.each(CODECS.map(({ protocol }) => protocol))('%s', (protocol) => {
    const folder = protocol === 'sunspec' ? 'sunspec/registers' : protocol
    for (const { name, bytes } of capturedFiles(folder)) expect(decoded(bytes).protocol, name).toBe(protocol)
  })
})
