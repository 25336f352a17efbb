import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { longFrame, shortFrame } from '../../src/mbus/mbus-dialogue.ts'
import { mbusCodec } from '../../src/mbus/mbus-codec.ts'
import { capturedFiles, codecSuite } from '../../src/testing/index.ts'

/** An answer of a heat meter KAM 12345678 from address 1, with these records. */
function answer(records: string, ci = '72'): Uint8Array {
  return longFrame(Uint8Array.fromHex(`0801${ci}785634122d2c010c01000000${records}`))
}

function valuesOf(records: string) {
  const [frame] = decodeAll(mbusCodec, answer(records))
  return frame?.problem ?? frame?.values
}

const home = answer('0406d20400000c147856341202fd48080942ec7e1f2c1f')

describe('what every codec must hold to', () => {
  const captures = capturedFiles('mbus')
  codecSuite(mbusCodec, [{ name: 'a heat meter', bytes: home }, ...captures], {
    flipped: { name: 'a heat meter', bytes: home },
  })
})

describe('a record', () => {
  test.each([
    ['a byte', '0103ff', { name: 'energy', value: -1, unit: 'Wh' }],
    ['two bytes', '0203d204', { name: 'energy', value: 1234, unit: 'Wh' }],
    ['three bytes', '0303ffff7f', { name: 'energy', value: 8_388_607, unit: 'Wh' }],
    ['four bytes, in 0.001 Wh', '040015cd5b07', { name: 'energy', value: 123_456.789, unit: 'Wh' }],
    ['a float', '052bcdcc4c3e', { name: 'power', value: 0.2, unit: 'W' }],
    ['six bytes', '060640420f000000', { name: 'energy', value: 1_000_000_000, unit: 'Wh' }],
    ['eight bytes', '07061000000000000000', { name: 'energy', value: 16_000, unit: 'Wh' }],
    ['two decimal digits', '096599', { name: 'external-temperature', value: 0.99, unit: '°C' }],
    ['a decimal minus', '0a6612f0', { name: 'external-temperature', value: -1.2, unit: '°C' }],
    ['twelve decimal digits', '0e13563412907856', { name: 'volume', value: 567_890_123.456, unit: 'm³' }],
    ['a text', '0d780342414b', { name: 'fabrication-number', value: 'KAB' }],
    ['decimal digits of any length', '0d78c23412', { name: 'fabrication-number', value: 1234 }],
    ['a date', '426c1f2c', { name: 'date.storage-1', value: '2016-12-31' }],
    ['a date and time', '046d1a0e6d13', { name: 'date-time', value: '2011-03-13T14:26:00' }],
    ['hours', '02220a00', { name: 'on-time', value: 36_000, unit: 's' }],
    ['a plain text as unit', '02fc0348522574d411', { name: '%RH', value: 45.64 }],
    ['voltage', '02fd48d204', { name: 'voltage', value: 123.4, unit: 'V' }],
    ['phase 2', '02fdc8fc02d204', { name: 'voltage.phase-2', value: 123.4, unit: 'V' }],
    ['export', '04833c01000000', { name: 'energy.backward', value: 1, unit: 'Wh' }],
    ['MWh', '04fb0101000000', { name: 'energy', value: 1_000_000, unit: 'Wh' }],
    ['reactive energy', '04fb820301000000', { name: 'reactive-energy.extension-03', value: 1 }],
    ['a rate', '04832201000000', { name: 'energy', value: 1, unit: 'Wh/h' }],
    ['a factor of ten', '04867701000000', { name: 'energy', value: 10_000, unit: 'Wh' }],
  ])('of %s has the value that the standard gives it', (_, record, value) => {
    expect(valuesOf(record)).toEqual([value])
  })

  test('tells storage, tariff, unit and kind of value in its name', () => {
    expect(valuesOf('d4e1012b01000000')).toEqual([
      { name: 'power.maximum.tariff-2.device-1.storage-35', value: 1, unit: 'W' },
    ])
  })

  test.each([
    ['letters where digits belong', '0b13bbaa00', 'volume.unreadable', '00AABB', 'm³'],
    ['a time that is marked invalid', '046d80000101', 'date-time.unreadable', '01010080', undefined],
    ['an extension that says there is no value', '049315d2040000', 'volume.unreadable', '000004D2', 'm³'],
  ])('with %s is shown as it came, and no number is made of it', (_, record, name, value, unit) => {
    expect(valuesOf(record)).toEqual([unit === undefined ? { name, value } : { name, value, unit }])
  })

  test.each([
    ['stops in its data', '0406d204', 'record-truncated'],
    ['stops after its first byte', '04', 'record-truncated'],
    ['has eleven extensions', `84${'80'.repeat(10)}000600000000`, 'record-extensions-too-many'],
    ['begins with a reserved byte', '3f', 'record-reserved'],
  ])('that %s spoils the telegram', (_, record, problem) => {
    expect(valuesOf(record)).toBe(problem)
  })

  test('has ten extensions at most', () => {
    expect(valuesOf(`84${'80'.repeat(9)}000300000000`)).toMatchObject([{ value: 0, unit: 'Wh' }])
  })
})

describe('a frame', () => {
  test('of mode 2 has the most significant byte first', () => {
    const content = '080176123456782c2d0104010000000406000004d2'
    const [frame] = decodeAll(mbusCodec, longFrame(Uint8Array.fromHex(content)))
    expect(frame).toMatchObject({ device: 'KAM 12345678 heat (outlet) version 1' })
    expect(frame?.values).toEqual([{ name: 'energy', value: 1_234_000, unit: 'Wh' }])
  })

  test('of the fixed structure has two counters', () => {
    const content = '080173785634120a0005290100000035010000'
    const [frame] = decodeAll(mbusCodec, longFrame(Uint8Array.fromHex(content)))
    expect(frame).toMatchObject({ device: '12345678' })
    expect(frame?.values).toEqual([
      { name: 'energy', value: 1000, unit: 'Wh' },
      { name: 'volume', value: 0.135, unit: 'm³' },
    ])
  })

  test('with a wrong checksum is invalid, and one that begins inside it is found', () => {
    const damaged = home.slice()
    damaged[damaged.length - 2] = (damaged[damaged.length - 2] ?? 0) ^ 1
    const frames = decodeAll(mbusCodec, Uint8Array.from([0x68, 0x40, 0x40, 0x68, ...damaged, ...home]))
    expect(frames.map(({ problem, check }) => problem ?? check)).toEqual(['checksum-mismatch', 'valid'])
  })

  test('of the master and an acknowledgement have no values', () => {
    const bytes = [...shortFrame(0x40, 1), 0xe5, ...shortFrame(0x7b, 1), ...home]
    const frames = decodeAll(mbusCodec, Uint8Array.from(bytes))
    expect(frames.map(({ check, values }) => `${check} ${values.length}`)).toEqual([
      'valid 0',
      'absent 0',
      'valid 0',
      'valid 5',
    ])
  })

  test('that a device encrypted is not read without its key', () => {
    const content = '080172785634122d2c0104000010051122334455667788112233445566778811'
    const [frame] = decodeAll(mbusCodec, longFrame(Uint8Array.fromHex(content)))
    expect(frame?.values).toEqual([])
    expect(frame?.problem).toBeDefined()
  })

  test('is recognised by its two lengths and its checksum', () => {
    expect(mbusCodec.likeness(home)).toBe(1)
    expect(mbusCodec.likeness(new TextEncoder().encode('/ISk5\\2MT382-1000\r\n'))).toBe(0)
  })
})
