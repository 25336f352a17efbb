import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { METER_CAPTURES } from '../../src/testing/index.ts'

/** A dump of a device's registers beside what others decoded from it. */
export interface RegisterDump {
  readonly name: string
  readonly registers: Uint16Array
  /** By model (`Model 103`), by point (`Module_0_DCA`): several texts are set bits, none is a point not implemented. */
  readonly expected: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

interface DumpFile {
  readonly registers?: readonly number[]
  readonly expected?: RegisterDump['expected']
}

/** The dumps of SunSpec devices among the captures. */
export function registerDumps(): RegisterDump[] {
  const at = join(METER_CAPTURES, 'sunspec/registers')
  return readdirSync(at)
    .toSorted()
    .flatMap((name) => {
      const { registers, expected }: DumpFile = JSON.parse(readFileSync(join(at, name), 'utf8'))
      return registers === undefined
        ? []
        : [{ name, registers: Uint16Array.from(registers), expected: expected ?? {} }]
    })
}

/** Registers as they travel: the high byte first. */
export function bytesOf(registers: Uint16Array): Uint8Array {
  return Uint8Array.from([...registers].flatMap((one) => [one >> 8, one & 0xff]))
}

/** Registers that hold a text, filled up with zeros. */
export function textRegisters(text: string, count: number): number[] {
  const bytes = new TextEncoder().encode(text)
  return Array.from({ length: count }, (_, at) => (bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0))
}
