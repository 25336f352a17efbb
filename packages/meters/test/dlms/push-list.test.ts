import { describe, expect, test } from 'vitest'

import { notificationFrom } from '../../src/dlms/data-notification.ts'
import { pushedValues } from '../../src/dlms/push-list.ts'
import { bytesOf } from './wire.ts'

const TIME = '0c 07e5031407 0e3721 00 ffc4 00'
const number = (value: number) => `06 ${value.toString(16).padStart(8, '0')}`
const text = (value: string) =>
  `09 ${value.length.toString(16).padStart(2, '0')} ${new TextEncoder().encode(value).toHex()}`
const visible = (value: string) => `0a${text(value).slice(2)}`
const structure = (...elements: string[]) =>
  `02 ${elements.length.toString(16).padStart(2, '0')} ${elements.join(' ')}`
const array = (...elements: string[]) => `01${structure(...elements).slice(2)}`

function read(body: string, time = '00') {
  const reading = notificationFrom(bytesOf(`0f00000001 ${time} ${body}`))
  if (reading.is !== 'whole') throw new Error(`expected a whole list, not ${reading.is}`)
  return pushedValues(reading.notification)
}

const short = (values: readonly { obis?: string; value: unknown; unit?: string }[]) =>
  values.map(({ obis, value, unit = '' }) => `${obis}=${String(value)}${unit}`)

describe('a named list', () => {
  test('gives each value with its power of ten and its unit, nested or not', () => {
    const flat = structure(
      '0906 0100010800ff',
      number(12_937),
      '0202 0f01 161e',
      '0906 0100200700ff',
      '12 0921',
      '0202 0fff 1623',
    )
    const nested = array(structure('0906 0100010800ff', number(12_937), '0202 0f01 161e'))
    expect(short(read(flat).values)).toEqual(['1-0:1.8.0=129370Wh', '1-0:32.7.0=233.7V'])
    expect(short(read(nested).values)).toEqual(['1-0:1.8.0=129370Wh'])
  })

  test('gives numbers of 64 bits and with a fraction as they were meant', () => {
    const body = structure(
      '0906 0100010800ff',
      '15 0000000100000001',
      '0202 0ffd 161e',
      '0906 0100200700ff',
      '17 43690000',
      '0202 0f00 1623',
    )
    expect(short(read(body).values)).toEqual(['1-0:1.8.0=4294967.297Wh', '1-0:32.7.0=233V'])
  })

  test('without powers of ten gives numbers without a unit, where no document tells them', () => {
    expect(short(read(structure('0906 0100010800ff', number(5))).values)).toEqual(['1-0:1.8.0=5'])
  })

  test.each([
    { type: '6861111', current: '2.5A' },
    { type: '6851111', current: '0.25A' },
  ])('of a Kamstrup $type counts energy in 10 Wh', ({ type, current }) => {
    const body = structure(
      visible('Kamstrup_V0001'),
      '0906 0101600101ff',
      visible(type),
      '0906 0101010800ff',
      number(7),
      '0906 01011f0700ff',
      number(250),
      '0906 0101200700ff',
      '12 00e6',
      '00',
      '00',
    )
    expect(short(read(body).values)).toEqual([
      '1-1:0.2.129=Kamstrup_V0001',
      `1-1:96.1.1=${type}`,
      '1-1:1.8.0=70Wh',
      `1-1:31.7.0=${current}`,
      '1-1:32.7.0=230V',
    ])
  })

  test('takes its moment from the message, from its clock, or from a loose date', () => {
    const at = Date.UTC(2021, 2, 20, 13, 55, 33)
    expect(read(structure(), TIME).measuredAt).toBe(at)
    expect(read(structure('0906 0000010000ff', `09 ${TIME}`)).measuredAt).toBe(at)
    expect(read(structure(`09 ${TIME}`)).measuredAt).toBe(at)
    expect(read(structure())).toEqual({ values: [] })
  })

  test('takes the number of the meter for its name, named or at the end', () => {
    expect(read(structure('0906 0000600100ff', visible('7359992890941742'))).device).toBe('7359992890941742')
    expect(read(structure('0906 0100010800ff', number(5), text('181220000009'))).device).toBe('181220000009')
    expect(read(structure('0906 0100010800ff', number(5), '09 02 0001'))).not.toHaveProperty('device')
  })

  test('gives truths and bytes, and leaves out what is nothing or a list', () => {
    const body = structure(
      '0906 0000600300ff',
      '03 01',
      '0906 0000600500ff',
      '09 02 00ff',
      '0906 0000600600ff',
      '00',
      '0906 0000600700ff',
      '0101 1105',
    )
    expect(short(read(body).values)).toEqual(['0-0:96.3.0=true', '0-0:96.5.0=00ff'])
  })

  test('does not take six letters for an OBIS code', () => {
    expect(read(structure(text('ABCDEF'), number(5))).values).toEqual([])
  })
})

describe('an ordered list of a Kaifa', () => {
  const begin = [
    text('KFM_001'),
    text('6970631402614476'),
    text('MA304H3E'),
    number(9745),
    number(0),
    number(0),
    number(435),
  ]
  const hour = [`09 ${TIME}`, number(1_000), number(2), number(3), number(4)]
  const one = [...begin, number(33_813), number(2_168)]
  const three = [...begin, ...[33_813, 28_103, 18_178, 2_168, 0, 2_188].map(number)]

  test.each([
    { elements: [number(5_852)], last: '1-0:1.7.0=5852W', values: 1 },
    { elements: one, last: '1-0:32.7.0=216.8V', values: 9 },
    { elements: three, last: '1-0:72.7.0=218.8V', values: 13 },
    { elements: [...one, ...hour], last: '1-0:4.8.0=4varh', values: 14 },
    { elements: [...three, ...hour], last: '1-0:4.8.0=4varh', values: 18 },
  ])('of $values elements is read in its order', ({ elements, last, values }) => {
    const list = short(read(structure(...elements)).values)
    expect(list).toHaveLength(values)
    expect(list.at(-1)).toBe(last)
  })

  test('of another length, or of another maker, is not read', () => {
    expect(read(structure(...one, number(1))).values).toEqual([])
    expect(read(structure(text('XYZ_001'), ...three.slice(1))).values).toEqual([])
  })
})

test('the registers of Slovenia are read in their order', () => {
  const registers = [1, 2, 3, 4, 5, 6, 7, 8].map(number)
  const body = structure(text('ISK1030783826316'), text('83826316'), '16 01', '09 02 0001', ...registers)
  expect(short(read(body).values).slice(2)).toEqual([
    '0-0:96.3.10=1',
    '0-0:96.14.0=0001',
    '1-0:1.8.0=1Wh',
    '1-0:1.8.1=2Wh',
    '1-0:1.8.2=3Wh',
    '1-0:2.8.0=4Wh',
    '1-0:2.8.1=5Wh',
    '1-0:2.8.2=6Wh',
    '1-0:3.8.0=7varh',
    '1-0:4.8.0=8varh',
  ])
})

const object = (objectClass: number, obis: string, attribute = 2) =>
  structure(`12 ${objectClass.toString(16).padStart(4, '0')}`, `0906 ${obis}`, `0f 0${attribute}`, '12 0000')

describe('a described list', () => {
  const push = object(40, '0008190900ff')
  const list = (objects: string[], ...values: string[]) => structure(array(push, ...objects), ...values)

  test('knows volts from tenths by the largest of them', () => {
    const phases = [object(3, '0100200700ff'), object(3, '0100340700ff'), object(3, '01001f0700ff')]
    expect(short(read(list(phases, '12 092b', '12 0005', '12 000c')).values)).toEqual([
      '1-0:32.7.0=234.7V',
      '1-0:52.7.0=0.5V',
      '1-0:31.7.0=0.12A',
    ])
    expect(short(read(list(phases, '12 00ec', '12 0005', '12 000c')).values).slice(0, 2)).toEqual([
      '1-0:32.7.0=236V',
      '1-0:52.7.0=5V',
    ])
  })

  test('goes by powers of ten that it brings itself', () => {
    const objects = [object(3, '0100010800ff'), object(3, '0100010800ff', 3)]
    expect(short(read(list(objects, number(5), '0202 0f03 161e')).values)).toEqual(['1-0:1.8.0=5000Wh'])
  })

  test('of another class of objects gives numbers without a unit', () => {
    expect(short(read(list([object(4, '0100010800ff')], number(5))).values)).toEqual(['1-0:1.8.0=5'])
  })

  test('that says less than it brings gives nothing, and what describes is never a value', () => {
    expect(read(list([], number(5))).values).toEqual([])
    expect(read(structure(number(5), array(push))).values).toEqual([])
  })
})
