import { describe, expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import { decodeSunSpec } from '../../src/sunspec/model-chain.ts'
import { sunspecCodec } from '../../src/sunspec/sunspec-codec.ts'
import { codecSuite, hasCaptures } from '../../src/testing/index.ts'
import { bytesOf, registerDumps, textRegisters } from './sunspec-captures.ts'

const MARKER = [0x5375, 0x6e53]
const END = [0xffff, 0]

function commonModel(length: 65 | 66): number[] {
  const texts = [
    ...textRegisters('SolarEdge', 16),
    ...textRegisters('SE5000H', 16),
    ...textRegisters('', 8),
    ...textRegisters('4.14', 8),
    ...textRegisters('7E1234', 16),
  ]
  return [1, length, ...texts, 1, ...(length === 66 ? [0x8000] : [])]
}

/** An inverter at 3680 W with 30,388,530 Wh behind it; the other points are not implemented. */
function inverterModel(scale = 1): number[] {
  const registers: number[] = Array.from({ length: 52 }, () => 0xffff)
  registers[0] = 101
  registers[1] = 50
  registers[14] = 368
  registers[15] = scale
  registers[24] = 46
  registers[25] = 24_197
  registers[26] = 1
  return registers
}

function image(...models: readonly number[][]): Uint16Array {
  return Uint16Array.from([...MARKER, ...models.flat(), ...END])
}

const home = bytesOf(image(commonModel(66), inverterModel()))

describe('what every codec must hold to', () => {
  const dumps = hasCaptures ? registerDumps() : []
  codecSuite(
    sunspecCodec,
    [
      { name: 'an inverter', bytes: home },
      ...dumps.map(({ name, registers }) => ({ name, bytes: bytesOf(registers) })),
    ],
    {},
  )
})

describe('a SunSpec image', () => {
  test('names the device and gives power in W and energy in Wh, scaled in decimal', () => {
    const [frame] = decodeAll(sunspecCodec, home)
    expect(frame).toMatchObject({ check: 'absent', device: 'SolarEdge SE5000H 7E1234' })
    expect(frame?.values).toContainEqual({ name: '101.W', value: 3680, unit: 'W' })
    expect(frame?.values).toContainEqual({ name: '101.WH', value: 30_388_530, unit: 'Wh' })
    expect(frame?.values.map(({ name }) => name)).not.toContain('101.A')
  })

  test('follows an announced length of 65 where the standard says 66', () => {
    const values = decodeSunSpec(image(commonModel(65), inverterModel()))
    expect(values).toContainEqual({ name: '101.W', value: 3680, unit: 'W' })
  })

  test('steps over a maker’s own model by its length', () => {
    const values = decodeSunSpec(image(commonModel(66), [64_412, 3, 1, 2, 3], inverterModel()))
    expect(values.filter(({ name }) => name?.startsWith('64412'))).toEqual([])
    expect(values).toContainEqual({ name: '101.W', value: 3680, unit: 'W' })
  })

  test('gives the second model of a number a name of its own', () => {
    const values = decodeSunSpec(image(commonModel(66), inverterModel(), inverterModel(0)))
    expect(values).toContainEqual({ name: '101.W', value: 3680, unit: 'W' })
    expect(values).toContainEqual({ name: '101#2.W', value: 368, unit: 'W' })
  })

  test.each([0x8000, 11, -11 & 0xffff])('gives no value for scale factor %i, which says nothing', (scale) => {
    const names = decodeSunSpec(image(inverterModel(scale))).map(({ name }) => name)
    expect(names).not.toContain('101.W')
    expect(names).toContain('101.WH')
  })

  test('gives no value for a scaled unsigned point that holds the mark of the signed ones', () => {
    const model = inverterModel()
    model[8] = 0x8000
    model[13] = 0
    model[10] = 2440
    const values = decodeSunSpec(image(model))
    expect(values).toContainEqual({ name: '101.PhVphA', value: 2440, unit: 'V' })
    expect(values.map(({ name }) => name)).not.toContain('101.PPVphBC')
  })

  test('is found again behind garbage, and behind a marker that no chain follows', () => {
    const noise = Uint8Array.of(0x53, 0x75, 0x6e, 0x53, 0, 7, 0xff, 0xff, 1, 2, 3)
    const big = new Uint8Array(140_000)
    const frames = decodeAll(sunspecCodec, Uint8Array.from([...noise, ...big, ...home]))
    expect(frames.map(({ device }) => device)).toEqual(['SolarEdge SE5000H 7E1234'])
  })

  test('that stops inside a model is incomplete, and one that stops between two is used', () => {
    const [cut] = decodeAll(sunspecCodec, home.subarray(0, home.length - 10))
    expect(cut).toMatchObject({ problem: 'incomplete', values: [] })
    const [withoutEnd] = decodeAll(sunspecCodec, home.subarray(0, home.length - 4))
    expect(withoutEnd?.problem).toBeUndefined()
    expect(withoutEnd?.values).toEqual(decodeAll(sunspecCodec, home)[0]?.values)
  })

  test('is recognised by its marker and its common model', () => {
    expect(sunspecCodec.likeness(home)).toBe(1)
    expect(sunspecCodec.likeness(new TextEncoder().encode('/ISk5\\2MT382-1000'))).toBe(0)
  })
})
