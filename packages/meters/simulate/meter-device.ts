import { epochMs, wattHour, type EpochMs } from '@tri/units'

import type { MeterChange } from '../src/slots/register-reading.ts'
import type { Dice } from './dice.ts'
import type { Household } from './household.ts'

/** What a meter shows. */
export interface Shown {
  readonly importWh: number
  readonly exportWh: number
  readonly serial: string
}

/** A meter that counts a household, and to which things happen. */
export interface MeterDevice {
  readonly rollsOverAtWh: number | undefined
  readonly changes: readonly MeterChange[]
  /** When it was reset or replaced. */
  readonly breaks: readonly number[]
  shownAt(ms: number): Shown
}

interface Life {
  readonly from: number
  readonly importWh: number
  readonly exportWh: number
  readonly serial: string
}

/** A device between two instants; each trouble strikes with its own probability. */
export function meterDevice(
  dice: Dice,
  household: Household,
  { from, until }: { readonly from: number; readonly until: number },
): MeterDevice {
  const rollsOverAtWh = dice.chance(0.3) ? 10 ** dice.between(6, 9) : undefined
  const nearEnd = rollsOverAtWh === undefined ? 0 : rollsOverAtWh - dice.between(1, 20_000)
  const startWh = (): number =>
    rollsOverAtWh === undefined
      ? dice.between(0, 50_000_000)
      : dice.chance(0.7)
        ? nearEnd
        : dice.between(0, 900_000)
  const lives: Life[] = [{ from: 0, importWh: startWh(), exportWh: startWh(), serial: 'a' }]
  const changes: MeterChange[] = []
  const breaks: number[] = []
  const shownBy = (life: Life, ms: number): Shown => {
    const since = Math.max(life.from, from - 3_600_000)
    const importWh = life.importWh + household.importAt(ms) - household.importAt(since)
    const exportWh = life.exportWh + household.exportAt(ms) - household.exportAt(since)
    if (rollsOverAtWh === undefined) return { importWh, exportWh, serial: life.serial }
    return { importWh: importWh % rollsOverAtWh, exportWh: exportWh % rollsOverAtWh, serial: life.serial }
  }
  const lifeAt = (ms: number): Life =>
    lives.findLast((life) => life.from <= ms) ?? { from, importWh: 0, exportWh: 0, serial: 'a' }
  for (const kind of ['reset', 'replaced'] as const) {
    if (!dice.chance(0.15)) continue
    const at = dice.between(Math.max(from, breaks[0] ?? from), until)
    const before = shownBy(lifeAt(at), at)
    // A reset within the register's last hundredth looks like its rollover: nobody can tell the two apart.
    const isNearEnd =
      Math.max(before.importWh, before.exportWh) >= 0.97 * (rollsOverAtWh ?? Number.POSITIVE_INFINITY)
    if (kind === 'reset' && isNearEnd) continue
    const life = { from: at, importWh: 0, exportWh: 0, serial: before.serial }
    if (kind === 'replaced')
      Object.assign(life, { serial: 'b', importWh: dice.between(0, 2000), exportWh: dice.between(0, 2000) })
    lives.push(life)
    breaks.push(at)
    if (kind === 'replaced' && dice.chance(0.5)) changes.push(changeOf(epochMs(at), before, life))
  }
  return { rollsOverAtWh, changes, breaks, shownAt: (ms) => shownBy(lifeAt(ms), ms) }
}

function changeOf(at: EpochMs, before: Shown, after: Shown): MeterChange {
  const side = ({ serial, importWh, exportWh }: Shown): MeterChange['from'] => ({
    serial,
    importWh: wattHour(importWh),
    exportWh: wattHour(exportWh),
  })
  return { at, from: side(before), to: side(after) }
}
