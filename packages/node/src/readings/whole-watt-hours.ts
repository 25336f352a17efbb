import { SLOT_MS } from '@tri/units'

import { MICRO_WH_PER_WH } from './reading-options.ts'
import type { StoredColumns } from './reading-store.ts'

const HALF = MICRO_WH_PER_WH / 2

/**
 * Turns energies with fractions of a Wh into whole Wh, in place: what one quarter hour leaves over goes to the next one
 * (error diffusion). With E(t) the exact energy since local midnight, slot t gets  round(E(t+1)) - round(E(t)),  so that
 * the day's sum is the exact sum, rounded once. It begins anew at local midnight: a day is the same whether it was
 * imported alone or with its month.
 *
 * @param columns meter-major, with what is left beyond whole Wh in µWh
 * @param first   the first slot
 * @param slots   per column
 * @param zone    the community's zone
 */
export function roundToWholeWh(columns: StoredColumns, first: number, slots: number, zone: string): void {
  const { importMicro, exportMicro } = columns
  if (importMicro === undefined || exportMicro === undefined) return
  const midnights = new Uint8Array(slots)
  for (const midnight of localMidnights(first, slots, zone)) midnights[midnight - first] = 1
  carryRemainders(columns.importWh, importMicro, midnights)
  carryRemainders(columns.exportWh, exportMicro, midnights)
}

function carryRemainders(wholeWh: Int32Array, micro: Int32Array, midnights: Uint8Array): void {
  const slots = midnights.length
  let carried = HALF
  for (let at = 0; at < wholeWh.length; at++) {
    const slot = at % slots
    if (slot === 0 || midnights[slot] === 1) carried = HALF
    carried += micro[at] ?? 0
    if (carried < MICRO_WH_PER_WH) continue
    carried -= MICRO_WH_PER_WH
    wholeWh[at] = (wholeWh[at] ?? 0) + 1
  }
}

/** The slots in `[first, first + slots)` at which a local day begins. */
export function localMidnights(first: number, slots: number, zone: string): number[] {
  const midnights: number[] = []
  let day = Temporal.Instant.fromEpochMilliseconds(first * SLOT_MS)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
  for (;;) {
    const slot = Math.ceil(day.toZonedDateTime(zone).epochMilliseconds / SLOT_MS)
    if (slot >= first + slots) return midnights
    if (slot >= first) midnights.push(slot)
    day = day.add({ days: 1 })
  }
}
