import { describe, expect, test } from 'vitest'

import { readCsv } from '../../src/readings/csv-reader.ts'
import { Intake } from '../../src/readings/intake.ts'
import { meterColumns } from '../../src/readings/meter-columns.ts'
import { LINE_BYTES_MAX } from '../../src/readings/reading-options.ts'
import { threeMeters } from './desk.ts'

const HEADER = 'meter,from,import_wh,export_wh\n'
const CHUNKS = 256
const MEBIBYTE = 1024 * 1024

function intakeFor(): Intake {
  return new Intake(meterColumns({ members: [...threeMeters.members], meters: [...threeMeters.meters] }), {})
}

describe('a file much larger than the machine', () => {
  test('is read a chunk at a time: a quarter of a gigabyte passes through a few megabytes', async () => {
    const row = 'm1,2026-05-01T10:00:00Z,120,0\n'
    const chunk = Buffer.from(row.repeat(Math.ceil(MEBIBYTE / row.length)))
    let handedOut = 0
    let mostHeld = 0
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(HEADER)
      for (; handedOut < CHUNKS; handedOut++) {
        yield chunk
        mostHeld = Math.max(mostHeld, process.memoryUsage().arrayBuffers)
      }
    }
    const before = process.memoryUsage().arrayBuffers
    const intake = intakeFor()
    await readCsv(chunks(), intake, 'Europe/Rome', {})
    expect(handedOut).toBe(CHUNKS)
    expect(intake.problems.isEmpty).toBe(true)
    expect(mostHeld - before).toBeLessThan(32 * MEBIBYTE)
    // The same row millions of times is twenty notes, the last with the count of the others.
    expect(intake.notes.list().at(-1)).toMatchObject({ code: 'reading-repeated', line: 22 })
  })

  test('whose lines never end is refused before it fills the memory', async () => {
    let handedOut = 0
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(HEADER)
      for (; handedOut < CHUNKS; handedOut++) yield Buffer.alloc(MEBIBYTE, 'x')
    }
    const intake = intakeFor()
    await readCsv(chunks(), intake, 'Europe/Rome', {})
    expect(intake.problems.list()).toMatchObject([
      { code: 'line-too-long', details: { bytesMax: LINE_BYTES_MAX } },
    ])
    expect(handedOut * MEBIBYTE).toBeLessThanOrEqual(LINE_BYTES_MAX)
  })
})
