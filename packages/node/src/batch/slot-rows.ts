import { priceIn, ringsOf, type SettlementInput, type SlotFlows } from '@tri/exchange'
import { SLOTS_PER_UTC_DAY, must, slot } from '@tri/units'

import { slotText } from '../problem.ts'

/** Bytes of one number at most: a sign and 15 digits. */
const NUMBER_BYTES_MAX = 16
const ZERO = 48
const COMMA = 44
const MINUS = 45
const NEWLINE = 10
const QUALITY_WORDS = ['missing', 'measured', 'substituted', 'estimated'] as const

/** The header of a member's rows: energies in Wh, into the household positive; the credit of the row in µCC. */
export function slotRowsHeader(input: SettlementInput): string {
  const rings = ringsOf(input.charter, input.tree).map((ring) => `${ring}_wh`)
  return [
    'meter',
    'from',
    'import_wh',
    'export_wh',
    'quality',
    'own_wh',
    ...rings,
    'grid_import_wh',
    'grid_export_wh',
    'micro_credit',
  ].join(',')
}

/**
 * Writes the rows of one meter as bytes, an interval a row, in the order of time. A month of 1101 meters is three million
 * rows: as strings they would take longer than everything before them.
 */
export class SlotRows {
  readonly #input: SettlementInput
  readonly #flows: SlotFlows
  readonly #times: Uint8Array
  readonly #rings: readonly { readonly row: number; readonly price: number; readonly isHome: boolean }[]
  readonly #meterBytes: number
  #bytes = new Uint8Array(0)
  #at = 0

  /** @param flows of a range of the input */
  constructor(input: SettlementInput, flows: SlotFlows) {
    this.#input = input
    this.#flows = flows
    const starts = Array.from({ length: flows.intervals }, (_, i) =>
      slotText(slot(flows.firstSlot + i * flows.intervalSlots)),
    )
    this.#times = new TextEncoder().encode(starts.join(''))
    must(this.#times.length === flows.intervals * TIME_BYTES, 'every time has the same length')
    this.#rings = ringsOf(input.charter, input.tree).map((ring) => ({
      row: flows.rings.indexOf(ring),
      price: priceIn(input.charter.tariff, ring),
      isHome: ring === 'home',
    }))
    const rowBytes = 64 + TIME_BYTES + 12 + NUMBER_BYTES_MAX * (7 + this.#rings.length)
    this.#meterBytes = rowBytes * flows.intervals
  }

  /**
   * @param columns of one member
   * @param header  comes before the rows; may be empty
   * @returns       bytes that the next call reuses
   */
  of(columns: readonly number[], header: string): Uint8Array {
    const first = new TextEncoder().encode(header)
    const room = first.length + this.#meterBytes * columns.length
    if (this.#bytes.length < room) this.#bytes = new Uint8Array(room)
    this.#at = 0
    this.#put(first)
    for (const column of columns) this.#writeRows(column)
    return this.#bytes.subarray(0, this.#at)
  }

  #writeRows(column: number): void {
    const { intervals, importWh, exportWh, ownWh, gridImportWh, gridExportWh } = this.#flows
    const meter = new TextEncoder().encode(this.#flows.meters[column] ?? '')
    for (let i = 0; i < intervals; i++) {
      const cell = column * intervals + i
      this.#put(meter)
      this.#byte(COMMA)
      this.#put(this.#times.subarray(i * TIME_BYTES, (i + 1) * TIME_BYTES))
      this.#number(importWh[cell] as number)
      this.#number(exportWh[cell] as number)
      this.#byte(COMMA)
      this.#put(QUALITY_BYTES[this.#qualityOf(column, i)] as Uint8Array)
      this.#number(ownWh[cell] as number)
      const microCredit = this.#ringFlows(cell)
      this.#number(gridImportWh[cell] as number)
      this.#number(gridExportWh[cell] as number)
      this.#number(microCredit)
      this.#byte(NEWLINE)
    }
  }

  /** Writes the flow of each ring; returns what the row is worth: earned less spent less the fee. */
  #ringFlows(cell: number): number {
    const { flowWh, meters, intervals, ownWh, basis } = this.#flows
    const { fee } = this.#input.charter.tariff
    let microCredit = 0
    for (const { row, price, isHome } of this.#rings) {
      const flow = row < 0 ? 0 : (flowWh[row * meters.length * intervals + cell] as number)
      this.#number(flow)
      microCredit -= flow * price + (flow > 0 ? flow * fee : 0)
      // What a meter shared with itself it sold and bought at one price; only the fee is left of it.
      if (isHome && basis === 'gross') microCredit -= (ownWh[cell] as number) * fee
    }
    return microCredit
  }

  /** The least sure of the interval's slots decides. */
  #qualityOf(column: number, interval: number): number {
    const { firstSlot, slots, quality } = this.#input
    const { intervalSlots } = this.#flows
    const start = column * slots + this.#flows.firstSlot - firstSlot + interval * intervalSlots
    let worst = quality[start] as number
    for (let i = start + 1; i < start + intervalSlots; i++) {
      const code = quality[i] as number
      worst = worst === 0 || code === 0 ? 0 : Math.max(worst, code)
    }
    return worst
  }

  #put(bytes: Uint8Array): void {
    const { length } = bytes
    for (let i = 0; i < length; i++) this.#bytes[this.#at++] = bytes[i] as number
  }

  #byte(byte: number): void {
    this.#bytes[this.#at++] = byte
  }

  /** A comma and a whole number. */
  #number(value: number): void {
    this.#bytes[this.#at++] = COMMA
    if (value < 0) this.#bytes[this.#at++] = MINUS
    let rest = Math.abs(value)
    let digits = 1
    for (let power = 10; power <= rest; power *= 10) digits++
    let end = this.#at + digits
    this.#at = end
    do {
      const tenth = Math.floor(rest / 10)
      this.#bytes[--end] = ZERO + rest - tenth * 10
      rest = tenth
    } while (rest > 0)
  }
}

const TIME_BYTES = '2026-05-01T10:00Z'.length
const QUALITY_BYTES = QUALITY_WORDS.map((word) => new TextEncoder().encode(word))

/** Days of rows held at once: eight columns of 1101 meters over a month are 100 MB. */
export const ROWS_SLOTS_MAX = 32 * SLOTS_PER_UTC_DAY
