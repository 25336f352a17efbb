import { accept, refuse, type Outcome } from '@tri/units'

import type { MeterValue } from '../frame.ts'
import { END_OF_CHAIN, ModelCounts, SUNSPEC_MARKER, SUNSPEC_MODELS_MAX } from './model-chain.ts'
import { modelPlan } from './model-plan.ts'
import { MODEL_HEAD_REGISTERS, modelValues, type ModelPlace } from './model-values.ts'

/** Registers that one Modbus read may ask for (Modbus Application Protocol 1.1b3, 6.3). */
export const REGISTERS_READ_MAX = 125

/** Where a device may keep the marker, in the order of how often it does. */
export const SUNSPEC_BASES = [40_000, 50_000, 0] as const

/** One read of holding registers (function 3), addressed as on the wire, from 0. */
export interface RegisterRead {
  readonly register: number
  readonly count: number
}

/** A SunSpec device, as far as it was read. */
export interface SunSpecDevice {
  /** The register of the marker. */
  readonly base: number
  /** The models that were read; `at` counts from the marker. */
  readonly models: readonly ModelPlace[]
  /** Models that were not read: of makers, or not asked for. */
  readonly skipped: readonly ModelPlace[]
  readonly values: readonly MeterValue[]
}

/** Why a device is no SunSpec device: there is no marker at any base, or a model it announced could not be read. */
export type SunSpecRefusal = 'sunspec-marker-missing' | 'sunspec-model-unreadable'

/** What a plan is made for. */
export interface SunSpecPlanOptions {
  /** Where the marker may be; SUNSPEC_BASES unless told. A device found before is told its base. */
  readonly bases?: readonly number[]
  /** Whether the values of a model are wanted; every published model's unless told. */
  readonly isWanted?: (model: number) => boolean
}

/** Tells which registers to read next, and takes them. It reads nothing itself. */
export interface SunSpecPlan {
  /** What to read next; nothing once the outcome is known. */
  readonly next: RegisterRead | undefined
  /** Takes the answer to `next`: as many registers as asked for, or nothing when the device refused to give them. */
  take(registers: Uint16Array | undefined): void
  /** What was found; nothing while there is something to read. */
  readonly outcome: Outcome<SunSpecDevice, SunSpecRefusal> | undefined
}

/**
 * Plans the reads that find a SunSpec device and its models: the marker at each base, then head after head by the
 * announced lengths, and the registers of the models that are wanted, never more than 125 at a time.
 *
 * @returns a plan whose outcome is the device, or `sunspec-marker-missing`, or `sunspec-model-unreadable`
 * @see     SunSpec Device Information Model Specification 1.1, section 3 (discovery at 40000, 50000 and 0)
 */
export function sunspecPlan({ bases = SUNSPEC_BASES, isWanted }: SunSpecPlanOptions = {}): SunSpecPlan {
  return new Plan(bases, isWanted ?? ((model) => modelPlan(model) !== undefined))
}

/** The reads that bring the registers of a model up to date, its head included. */
export function modelReads(base: number, { at, length }: ModelPlace): RegisterRead[] {
  const reads: RegisterRead[] = []
  const end = base + at + MODEL_HEAD_REGISTERS + length
  for (let register = base + at; register < end; register += REGISTERS_READ_MAX)
    reads.push({ register, count: Math.min(REGISTERS_READ_MAX, end - register) })
  return reads
}

class Plan implements SunSpecPlan {
  next: RegisterRead | undefined
  outcome: Outcome<SunSpecDevice, SunSpecRefusal> | undefined
  readonly #bases: readonly number[]
  readonly #isWanted: (model: number) => boolean
  readonly #counts = new ModelCounts()
  readonly #models: ModelPlace[] = []
  readonly #skipped: ModelPlace[] = []
  readonly #values: MeterValue[] = []
  #tried = 0
  #base = 0
  /** The model that is being read, its registers, and how many of them are there; none while a head is awaited. */
  #reading: { readonly place: ModelPlace; readonly registers: Uint16Array; filled: number } | undefined

  constructor(bases: readonly number[], isWanted: (model: number) => boolean) {
    this.#bases = bases
    this.#isWanted = isWanted
    this.#probe()
  }

  take(registers: Uint16Array | undefined): void {
    const asked = this.next
    if (asked === undefined) return
    const answer = registers?.length === asked.count ? registers : undefined
    if (this.#models.length + this.#skipped.length === 0 && this.#reading === undefined)
      this.#takeMarker(answer)
    else if (this.#reading === undefined) this.#takeHead(answer, asked.register - this.#base)
    else this.#takeModel(answer, asked.register - this.#base)
  }

  #probe(): void {
    const base = this.#bases[this.#tried++]
    if (base === undefined) return this.#refuse('sunspec-marker-missing')
    this.#base = base
    this.next = { register: base, count: SUNSPEC_MARKER.length + MODEL_HEAD_REGISTERS }
  }

  #takeMarker(answer: Uint16Array | undefined): void {
    const isMarked = SUNSPEC_MARKER.every((register, index) => answer?.[index] === register)
    if (answer === undefined || !isMarked) return this.#probe()
    this.#takeHead(answer.subarray(SUNSPEC_MARKER.length), SUNSPEC_MARKER.length)
  }

  /** A head that cannot be read ends the chain: some devices answer with an exception behind their last model. */
  #takeHead(head: Uint16Array | undefined, at: number): void {
    const [id = END_OF_CHAIN, length = 0] = head ?? []
    const count = this.#models.length + this.#skipped.length
    const end = this.#base + at + MODEL_HEAD_REGISTERS + length
    if (id === END_OF_CHAIN || count >= SUNSPEC_MODELS_MAX || end > 65_536) return this.#accept()
    const place = { id, instance: this.#counts.next(id), at, length }
    if (!this.#isWanted(id) || length === 0) {
      this.#skipped.push(place)
      return this.#askHead(place)
    }
    const registers = new Uint16Array(MODEL_HEAD_REGISTERS + length)
    registers.set([id, length])
    this.#reading = { place, registers, filled: MODEL_HEAD_REGISTERS }
    this.#askModel()
  }

  #takeModel(answer: Uint16Array | undefined, at: number): void {
    const reading = this.#reading
    if (reading === undefined) return
    if (answer === undefined) return this.#refuse('sunspec-model-unreadable')
    reading.registers.set(answer, at - reading.place.at)
    reading.filled += answer.length
    if (reading.filled < reading.registers.length) return this.#askModel()
    this.#reading = undefined
    this.#models.push(reading.place)
    this.#values.push(...modelValues(reading.registers, { ...reading.place, at: 0 }))
    this.#askHead(reading.place)
  }

  #askModel(): void {
    if (this.#reading === undefined) return
    const { place, registers, filled } = this.#reading
    const count = Math.min(REGISTERS_READ_MAX, registers.length - filled)
    this.next = { register: this.#base + place.at + filled, count }
  }

  #askHead({ at, length }: ModelPlace): void {
    const register = this.#base + at + MODEL_HEAD_REGISTERS + length
    if (register + MODEL_HEAD_REGISTERS > 65_536) return this.#accept()
    this.next = { register, count: MODEL_HEAD_REGISTERS }
  }

  #accept(): void {
    this.next = undefined
    const [models, skipped, values] = [this.#models, this.#skipped, this.#values]
    this.outcome = accept({ base: this.#base, models, skipped, values })
  }

  #refuse(refusal: SunSpecRefusal): void {
    this.next = undefined
    this.outcome = refuse(refusal)
  }
}
