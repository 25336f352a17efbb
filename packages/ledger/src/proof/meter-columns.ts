import { accept, fromCanonicalBytes, type Canonical, type Outcome } from '@tri/units'

import { hexOf } from '../chain/base64url.ts'
import {
  bytesOf,
  bytesUpTo,
  exactly,
  fieldsAmong,
  listOf,
  row,
  textUpTo,
  unreadable,
  wholeFrom,
  type Part,
} from '../chain/canonical-shape.ts'
import { joined, leafOf, type Sha256 } from '../chain/merkle.ts'
import { flaw, type Flaw } from '../chain/trust.ts'
import { climbed, pathPart, pathValue, type MarkedPath } from './marked-path.ts'

/** One meter's part of a settlement, as a proof carries it. */
export interface MeterPart {
  /** Canonical bytes of the leaf's header: meter, period, rule, rings. */
  readonly header: Uint8Array
  /** A day each, as the header's period is cut at midnight UTC: its columns, or no more than their digest. */
  readonly days: readonly DayPart[]
  /** From the meter's leaf to the settlement's root. */
  readonly path: MarkedPath
}

/** A day's columns as their digest is taken over them, or the digest alone. */
export type DayPart = { readonly columns: Uint8Array } | { readonly digest: Uint8Array }

/** What is proved of one meter: the days whose columns were shown. */
export interface ProvedMeter {
  readonly meter: string
  readonly days: readonly ProvedDay[]
}

/** One meter's day, Wh. Statements by slot; what the settlement gave by its interval. */
export interface ProvedDay {
  readonly firstSlot: number
  readonly slots: number
  readonly intervalSlots: number
  readonly importWh: readonly number[]
  readonly exportWh: readonly number[]
  /** 1 measured, 2 substituted, 3 estimated; 0 missing. */
  readonly quality: readonly number[]
  /** By ring, nearest first: received above 0, given below. */
  readonly flows: readonly { readonly ring: string; readonly wh: readonly number[] }[]
  readonly ownWh: readonly number[]
  readonly gridImportWh: readonly number[]
  readonly gridExportWh: readonly number[]
}

/** The settlement that a meter's part must belong to. */
export interface SettlementRoot {
  readonly community: string
  readonly firstSlot: number
  readonly slots: number
  /** Hexadecimal. */
  readonly root: string
}

/** The form of a settlement's leaf: docs/formats.md. */
export const LEAF_FORMAT = 'tri/settlement-leaf/1'
const SLOTS_PER_UTC_DAY = 96
const DAYS_MAX = 400
const DAY_BYTES_MAX = 16_384
const DIGEST_BYTES = 32
const HEADER_BYTES_MAX = 1024
const WORD = 4
/** Columns by interval besides the rings': own use, taken from the grid, given to it. */
const OTHER_COLUMNS = 3

const meterRow = row(
  ['header', 'day', 'path'],
  bytesUpTo(HEADER_BYTES_MAX),
  listOf(dayPart, DAYS_MAX),
  pathPart,
)
const headerFields = fieldsAmong({
  format: exactly(LEAF_FORMAT),
  community: textUpTo(64),
  meter: textUpTo(64),
  firstSlot: wholeFrom(0),
  slots: wholeFrom(1, DAYS_MAX * SLOTS_PER_UTC_DAY),
  rings: listOf(textUpTo(32), 16),
})

/** Reads a meter's part out of a proof. */
export const meterPart: Part<MeterPart> = (value, place) => {
  const [header, days, path] = meterRow(value, place)
  return { header, days, path }
}

/** A meter's part as a value of canonical bytes. */
export function meterValue({ header, days, path }: MeterPart): Canonical {
  return [header, days.map((day) => ('digest' in day ? day.digest : [day.columns])), pathValue(path)]
}

/**
 * What a meter's columns say, when they lead to the settlement's root.
 *
 * @throws Fault `proof-malformed`, or `bytes-not-canonical`
 * @see    docs/formats.md: the same leaf as `meterLeaf` of `exchange` makes
 */
export function provedMeter(
  primitives: Sha256,
  { header, days, path }: MeterPart,
  settlement: SettlementRoot,
): Outcome<ProvedMeter, Flaw> {
  const { community, meter, firstSlot, slots, rings } = headerFields(
    fromCanonicalBytes(header),
    'meter.header',
  )
  if (community !== settlement.community) return flaw('chain-differs', 'meter.header.community')
  if (firstSlot !== settlement.firstSlot || slots !== settlement.slots)
    return flaw('root-differs', 'meter.header')
  const ranges = utcDays(firstSlot, slots)
  if (ranges.length !== days.length) return flaw('root-differs', 'meter.day')
  const digests = days.map((day) => ('digest' in day ? day.digest : primitives.sha256(day.columns)))
  const leaf = leafOf(primitives, header, joined(...digests))
  const at = { steps: path.steps, leaf: { mark: path.mark, at: 'meter.leaf' }, at: 'meter.path' }
  const root = climbed(primitives, leaf, at)
  if (!root.ok) return root
  if (hexOf(root.value) !== settlement.root) return flaw('root-differs', 'meter.path')
  const shown = days.flatMap((day, i) => {
    const range = ranges[i]
    return 'digest' in day || range === undefined
      ? []
      : [dayFrom(day.columns, range, rings, `meter.day[${i}]`)]
  })
  return accept({ meter, days: shown })
}

function dayPart(value: Canonical | undefined, place: string): DayPart {
  if (!Array.isArray(value)) {
    return { digest: bytesOf(DIGEST_BYTES)(value, place) }
  }
  const [columns] = row(['columns'], bytesUpTo(DAY_BYTES_MAX))(value, place)
  return { columns }
}

/** A stretch of slots within one UTC day, or a whole period. */
export interface DayRange {
  readonly firstSlot: number
  readonly slots: number
}

/** A period cut at midnight UTC, as a leaf's digests are. */
export function utcDays(firstSlot: number, slots: number): DayRange[] {
  const days: DayRange[] = []
  for (let from = firstSlot; from < firstSlot + slots;) {
    const dayEnd = (Math.floor(from / SLOTS_PER_UTC_DAY) + 1) * SLOTS_PER_UTC_DAY
    const until = Math.min(firstSlot + slots, dayEnd)
    days.push({ firstSlot: from, slots: until - from })
    from = until
  }
  return days
}

/** Little-endian Int32 columns one after another, then a quality code a slot. */
function dayFrom(
  bytes: Uint8Array,
  { firstSlot, slots }: DayRange,
  rings: readonly string[],
  place: string,
): ProvedDay {
  const words = (bytes.length - slots) / WORD - 2 * slots
  const intervals = words / (rings.length + OTHER_COLUMNS)
  const intervalSlots = slots / intervals
  if (!Number.isInteger(intervals) || intervals < 1 || !Number.isInteger(intervalSlots))
    throw unreadable(place, 'whole columns')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const column = (count: number): number[] =>
    Array.from({ length: count }, () => {
      const word = view.getInt32(at, true)
      at += WORD
      return word
    })
  const importWh = column(slots)
  const exportWh = column(slots)
  const flows = rings.map((ring) => ({ ring, wh: column(intervals) }))
  const [ownWh, gridImportWh, gridExportWh] = [column(intervals), column(intervals), column(intervals)]
  const quality = [...bytes.subarray(at)]
  return {
    firstSlot,
    slots,
    intervalSlots,
    importWh,
    exportWh,
    quality,
    flows,
    ownWh,
    gridImportWh,
    gridExportWh,
  }
}
