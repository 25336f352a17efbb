import type { Mark, Quality, ResponseOf } from '@tri/contract'
import { SLOT_MS, SLOTS_PER_UTC_DAY, present } from '@tri/units'

import { SAMPLE_FIRST_MS, sampleMeters } from './sample-community.ts'
import {
  sampleDayFrom,
  sampleDayOf,
  sampleFirstSlotOf,
  sampleReading,
  type SampleReading,
} from './sample-readings.ts'
import {
  sampleFlows,
  samplePrices,
  sampleRings,
  type SampleFlows,
  type SampleRing,
} from './sample-settlement.ts'

export type EnergyTotals = ResponseOf<'previewMonth'>['totals']

/** One day of one member. */
export interface DaySums {
  readonly givenWh: Record<SampleRing, number>
  readonly receivedWh: Record<SampleRing, number>
  producedWh: number
  consumedWh: number
  importWh: number
  exportWh: number
  gridImportWh: number
  gridExportWh: number
}

type Receipt = ResponseOf<'receipt'>

export interface Payment {
  readonly id: string
  readonly key: string
  readonly at: number
  readonly from: string
  readonly to: string
  readonly amountMicroCredit: number
  readonly memo: string
  standing: Receipt['standing']
  refusal: Receipt['refusal']
}

/** The quarter hours that are missing from the sample's May, until the coordinator fills them. */
export const sampleGaps = [
  { meter: 'm-home-07', firstSlot: sampleFirstSlotOf(sampleDayFrom('2026-05-14')) + 30, slots: 12 },
  { meter: 'm-home-12', firstSlot: sampleFirstSlotOf(sampleDayFrom('2026-05-21')) + 64, slots: 8 },
] as const

interface Counted {
  readonly bySlot: Map<number, SampleFlows>
  readonly byDay: Map<number, readonly DaySums[]>
}
// The flows follow from the slot, and from whether the gaps are filled: all samples of a process share them.
const withGaps: Counted = { bySlot: new Map(), byDay: new Map() }
const withoutGaps: Counted = { bySlot: new Map(), byDay: new Map() }

/** What the sample community has counted so far. */
export class SampleBook {
  readonly firstSlot = SAMPLE_FIRST_MS / SLOT_MS
  readonly payments: Payment[] = []
  readonly objections: ResponseOf<'objections'>['objections'][number][] = []
  isSubstituted = false
  publishedAt: number | undefined
  readonly nowMs: () => number

  constructor(nowMs: () => number) {
    this.nowMs = nowMs
  }

  /** The slot that is being measured; the one before it is the last settled one. */
  slotNow(): number {
    return Math.floor(this.nowMs() / SLOT_MS)
  }

  today(): number {
    return sampleDayOf(this.slotNow() - 1)
  }

  quality(meter: number, slot: number): Quality {
    const id = present(sampleMeters[meter], 'the meter is one of the sample').id
    const isGap = sampleGaps.some(
      (gap) => gap.meter === id && slot >= gap.firstSlot && slot < gap.firstSlot + gap.slots,
    )
    if (!isGap) return 'measured'
    return this.isSubstituted ? 'substituted' : 'missing'
  }

  reading(meter: number, slot: number): SampleReading {
    if (this.quality(meter, slot) === 'missing')
      return { producedWh: 0, consumedWh: 0, importWh: 0, exportWh: 0 }
    return sampleReading(present(sampleMeters[meter], 'the meter is one of the sample'), slot)
  }

  netWh(slot: number): number[] {
    return sampleMeters.map((_, i) => {
      const { importWh, exportWh } = this.reading(i, slot)
      return importWh - exportWh
    })
  }

  flows(slot: number): SampleFlows {
    const known = this.counted().bySlot.get(slot)
    if (known !== undefined) return known
    const flows = sampleFlows(this.netWh(slot), 'neighbour-first')
    this.counted().bySlot.set(slot, flows)
    return flows
  }

  substitute(): void {
    this.isSubstituted = true
  }

  markOf(slot: number): Mark {
    if (slot >= this.slotNow()) return 'live'
    return slot < sampleFirstSlotOf(sampleDayFrom('2026-05-01')) ? 'certified' : 'provisional'
  }

  markOfDay(day: number): Mark {
    return this.markOf(Math.min(sampleFirstSlotOf(day) + SLOTS_PER_UTC_DAY, this.slotNow()) - 1)
  }

  /** The settled slots of a day; none before the first reading. */
  slotsOf(day: number): number[] {
    const first = Math.max(sampleFirstSlotOf(day), this.firstSlot)
    const until = Math.min(sampleFirstSlotOf(day) + SLOTS_PER_UTC_DAY, this.slotNow())
    return Array.from({ length: Math.max(0, until - first) }, (_, i) => first + i)
  }

  /** The sums of a day, by meter; the day that still runs is summed anew each time. */
  day(day: number): readonly DaySums[] {
    const known = this.counted().byDay.get(day)
    if (known !== undefined) return known
    const slots = this.slotsOf(day)
    const sums = sampleMeters.map((_, meter) => this.sumsOf(meter, slots))
    if (slots.length === SLOTS_PER_UTC_DAY) this.counted().byDay.set(day, sums)
    return sums
  }

  totals(days: readonly number[], mark: Mark): EnergyTotals {
    const sums = days.flatMap((day) => this.day(day))
    return totalsOf(sums, mark)
  }

  totalsOfSlot(slot: number): EnergyTotals {
    return totalsOf(
      sampleMeters.map((_, meter) => this.sumsOf(meter, [slot])),
      this.markOf(slot),
    )
  }

  private counted(): Counted {
    return this.isSubstituted ? withoutGaps : withGaps
  }

  private sumsOf(meter: number, slots: readonly number[]): DaySums {
    const sums: DaySums = {
      givenWh: noRing(),
      receivedWh: noRing(),
      producedWh: 0,
      consumedWh: 0,
      importWh: 0,
      exportWh: 0,
      gridImportWh: 0,
      gridExportWh: 0,
    }
    for (const slot of slots) {
      const reading = this.reading(meter, slot)
      const flows = this.flows(slot)
      sums.producedWh += reading.producedWh
      sums.consumedWh += reading.consumedWh
      sums.importWh += reading.importWh
      sums.exportWh += reading.exportWh
      sums.gridImportWh += flows.gridImportWh[meter] ?? 0
      sums.gridExportWh += flows.gridExportWh[meter] ?? 0
      for (const ring of sampleRings) {
        sums.givenWh[ring] += flows.givenWh[ring][meter] ?? 0
        sums.receivedWh[ring] += flows.receivedWh[ring][meter] ?? 0
      }
    }
    return sums
  }
}

/** What rings are worth, in µCC: what was given less what was received. */
export function creditOf(sums: Pick<DaySums, 'givenWh' | 'receivedWh'>): number {
  return sampleRings.reduce(
    (sum, ring) => sum + (sums.givenWh[ring] - sums.receivedWh[ring]) * samplePrices[ring],
    0,
  )
}

export function receivedOf(sums: Pick<DaySums, 'receivedWh'>): number {
  return sampleRings.reduce((sum, ring) => sum + sums.receivedWh[ring], 0)
}

export function givenOf(sums: Pick<DaySums, 'givenWh'>): number {
  return sampleRings.reduce((sum, ring) => sum + sums.givenWh[ring], 0)
}

/** The place of a member's meter in `sampleMeters`. */
export function meterOf(member: string): number {
  return sampleMeters.findIndex((meter) => meter.member === member)
}

function noRing(): Record<SampleRing, number> {
  return { building: 0, street: 0, transformer: 0 }
}

function totalsOf(sums: readonly DaySums[], mark: Mark): EnergyTotals {
  const sum = (of: (one: DaySums) => number) => sums.reduce((all, one) => all + of(one), 0)
  return {
    importWh: sum(({ importWh }) => importWh),
    exportWh: sum(({ exportWh }) => exportWh),
    ownWh: 0,
    sharedWh: sum(receivedOf),
    ringWh: Object.fromEntries(sampleRings.map((ring) => [ring, sum(({ receivedWh }) => receivedWh[ring])])),
    gridImportWh: sum(({ gridImportWh }) => gridImportWh),
    gridExportWh: sum(({ gridExportWh }) => gridExportWh),
    mark,
  }
}
