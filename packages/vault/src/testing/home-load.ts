import { epochMs, watt, wattHour } from '@tri/units'

import type { VaultEntry } from '../entry.ts'

/** Seconds of a day. */
const DAY_SECONDS = 86_400
/** Chance of an appliance being switched on within a second, by hour of the day: meals and evenings. */
const STARTS_PER_HOUR = [0, 0, 0, 0, 0, 1, 3, 4, 2, 1, 1, 3, 5, 3, 1, 1, 2, 4, 6, 6, 4, 3, 2, 1]
/** What is switched on: W, how long in seconds, and its own cycle in seconds (0: none), such as the thermostat of an oven. */
const APPLIANCES = [
  { w: 2000, seconds: 180, cycle: 0 },
  { w: 1900, seconds: 2400, cycle: 45 },
  { w: 60, seconds: 9000, cycle: 0 },
  { w: 120, seconds: 7200, cycle: 0 },
  { w: 900, seconds: 300, cycle: 12 },
  { w: 2100, seconds: 1100, cycle: 0 },
  { w: 450, seconds: 1800, cycle: 7 },
] as const
/** What is always on, a refrigerator and its cycle, and a plant on the roof at its best. */
const STANDBY_W = 95
const FRIDGE = { w: 78, on: 780, cycle: 2400 } as const
const PLANT_W = 4000

/**
 * One home second by second, the same for the same seed: standby with a noise of a few W, a refrigerator, appliances that
 * start more often at meals and in the evening, some of which cycle, and, where it has one, a plant with passing clouds.
 * Power is whole W, registers are whole Wh, as a DSMR or SML meter shows them. It is a shape to measure storage with, and
 * stands for no real home.
 */
export class HomeLoad {
  #seed: number
  readonly #hasPlant: boolean
  #on: { until: number; w: number; cycle: number }[] = []
  #cloud = 1
  #importMilli = 4_000_000_000
  #exportMilli = 900_000_000

  constructor({ seed, hasPlant = false }: { readonly seed: number; readonly hasPlant?: boolean }) {
    this.#seed = seed >>> 0
    this.#hasPlant = hasPlant
  }

  /** The readings of a day. @param day counted from 1970; days must be asked for in order */
  day(meter: string, day: number): VaultEntry[] {
    const rows: VaultEntry[] = []
    for (let second = 0; second < DAY_SECONDS; second++) {
      const power = this.#power(day * DAY_SECONDS + second, second, day % 365)
      // W in a second are W / 3600 Wh: counted in 1/3600 of a mWh, so that a register never drifts.
      if (power > 0) this.#importMilli += power / 3.6
      else this.#exportMilli -= power / 3.6
      rows.push({
        is: 'reading',
        meter,
        takenAt: epochMs((day * DAY_SECONDS + second) * 1000),
        powerW: watt(power),
        importRegisterWh: wattHour(Math.floor(this.#importMilli / 1000)),
        exportRegisterWh: wattHour(Math.floor(this.#exportMilli / 1000)),
        quality: 'measured',
      })
    }
    return rows
  }

  #power(at: number, second: number, dayOfYear: number): number {
    const hour = Math.floor(second / 3600)
    if (this.#dice() < (STARTS_PER_HOUR[hour] ?? 0) / 3600) {
      const appliance = APPLIANCES[Math.floor(this.#dice() * APPLIANCES.length)] ?? APPLIANCES[0]
      const until = at + appliance.seconds * (0.5 + this.#dice())
      this.#on.push({ until, w: appliance.w, cycle: appliance.cycle })
    }
    let power = STANDBY_W + (at % FRIDGE.cycle < FRIDGE.on ? FRIDGE.w : 0)
    let isOver = false
    for (const { until, w, cycle } of this.#on) {
      if (until <= at) isOver = true
      else if (cycle === 0 || at % (2 * cycle) < cycle) power += w * (1 + 0.004 * (this.#dice() - 0.5))
    }
    if (isOver) this.#on = this.#on.filter(({ until }) => until > at)
    power += 3 * (this.#dice() + this.#dice() - 1)
    return Math.round(this.#hasPlant ? power - this.#plant(second, dayOfYear) : power)
  }

  /** A day's arc, longer and higher in summer, under clouds that drift. */
  #plant(second: number, dayOfYear: number): number {
    const season = -Math.cos((2 * Math.PI * (dayOfYear + 10)) / 365)
    const height = Math.sin((Math.PI * (second - 43_200)) / (36_000 + 7200 * season) + Math.PI / 2)
    this.#cloud = Math.min(1, Math.max(0.15, this.#cloud + 0.01 * (this.#dice() - 0.5)))
    const isDay = Math.abs(second - 43_200) < 18_000 + 3600 * season
    return isDay ? Math.max(0, height) * PLANT_W * (0.7 + 0.3 * season) * this.#cloud : 0
  }

  #dice(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0
    return this.#seed / 2 ** 32
  }
}
