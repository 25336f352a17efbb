import { accept, must, refuse, type Outcome } from '@tri/units'

// The premium tariff on shared energy (Italy, DM 414/2023 "CACER", annex 1; GSE, Corrispettivi e tariffa):
//   TIP = min(cap, base + max(0, 180 - Pz)) + zone                                          [EUR/MWh]
//   plant power P:   P <= 200 kW: base 80, cap 120;  200 < P <= 600: 70, 110;  600 < P <= 1000: 60, 100
//   zone, photovoltaic plants only: south 0, centre +4, north +10; added after the cap
//   Pz: hourly zonal price. Premium of an hour = TIP x shared Wh.
// 1 EUR/MWh = 1 µEUR/Wh; prices have up to three decimals, so everything is whole nEUR (10^-9 EUR).

/** 1 EUR/MWh in nEUR/Wh. */
export const NANO_EURO_PER_WH = 1000
const NANO_EURO_PER_CENT = 10_000_000n
const REFERENCE_PRICE = 180 * NANO_EURO_PER_WH

/** Plant power classes, kW, with base and cap in EUR/MWh. */
export const POWER_CLASSES = [
  { powerMaxKw: 200, base: 80, cap: 120 },
  { powerMaxKw: 600, base: 70, cap: 110 },
  { powerMaxKw: 1000, base: 60, cap: 100 },
] as const

/** The bonus of a photovoltaic plant by zone, EUR/MWh: GSE names the regions of each. */
export const ZONE_BONUS = { south: 0, centre: 4, north: 10 } as const

/** A plant as the tariff sees it. */
export interface ItalianPlant {
  /** kW, > 0, at most 1000: larger plants have no premium. */
  readonly powerKw: number
  readonly zone: keyof typeof ZONE_BONUS
  readonly isPhotovoltaic: boolean
}

/** One hour's premium tariff with its steps, in nEUR/Wh: each line of the explanation that a member may ask for. */
export interface PremiumSteps {
  readonly base: number
  /** max(0, 180 - Pz) */
  readonly variable: number
  readonly cap: number
  /** min(cap, base + variable) */
  readonly capped: number
  readonly zoneBonus: number
  /** capped + zoneBonus */
  readonly tariff: number
}

/**
 * The premium tariff of one hour.
 *
 * @param zonalPrice Pz in nEUR/Wh, a whole number (EUR/MWh x 1000); it may be negative
 * @returns          the steps, or `plant-too-large` above 1000 kW
 * @see              DM 414/2023 annex 1; GSE "Corrispettivi e tariffa"
 */
export function premiumTariff(
  plant: ItalianPlant,
  zonalPrice: number,
): Outcome<PremiumSteps, 'plant-too-large' | 'power-unusable'> {
  must(Number.isSafeInteger(zonalPrice), 'a zonal price is a whole number of nEUR per Wh', { zonalPrice })
  if (!(plant.powerKw > 0)) return refuse('power-unusable')
  const power = POWER_CLASSES.find(({ powerMaxKw }) => plant.powerKw <= powerMaxKw)
  if (power === undefined) return refuse('plant-too-large')
  const base = power.base * NANO_EURO_PER_WH
  const cap = power.cap * NANO_EURO_PER_WH
  const variable = Math.max(0, REFERENCE_PRICE - zonalPrice)
  const capped = Math.min(cap, base + variable)
  const zoneBonus = plant.isPhotovoltaic ? ZONE_BONUS[plant.zone] * NANO_EURO_PER_WH : 0
  return accept({ base, variable, cap, capped, zoneBonus, tariff: capped + zoneBonus })
}

/** One hour's shared energy of a plant. */
export interface SharedHour {
  /** Wh, >= 0: the plant's part of min(sum of injections, sum of withdrawals). */
  readonly sharedWh: number
  readonly zonalPrice: number
}

/**
 * The premium of a plant over a period: exact in nEUR, rounded once, half up, to whole cents.
 *
 * @param hours the period's hours
 * @returns     EUR cents, or the plant's refusal
 */
export function premiumCents(
  plant: ItalianPlant,
  hours: Iterable<SharedHour>,
): Outcome<number, 'plant-too-large' | 'power-unusable'> {
  let nanoEuro = 0n
  for (const { sharedWh, zonalPrice } of hours) {
    must(Number.isSafeInteger(sharedWh) && sharedWh >= 0, 'shared energy is whole Wh', { sharedWh })
    const steps = premiumTariff(plant, zonalPrice)
    if (!steps.ok) return steps
    nanoEuro += BigInt(sharedWh) * BigInt(steps.value.tariff)
  }
  return accept(Number((nanoEuro + NANO_EURO_PER_CENT / 2n) / NANO_EURO_PER_CENT))
}

/** Share of the injected energy, in percent, above which the premium is bound to a purpose. */
export const FREE_SHARE_PERCENT = { withoutGrant: 55, withGrant: 45 } as const

/** A year's incentivised shared energy, split by who may be paid for it. */
export interface PremiumUse {
  /** Wh whose premium the community may use as its statute says. */
  readonly freeWh: number
  /** Wh whose premium goes only to consumers that are no businesses, or to social purposes where the plants stand. */
  readonly boundWh: number
}

/**
 * Splits a year's shared energy at the threshold of 55 %, or 45 % with a capital grant, of the injected energy.
 *
 * @param sharedWh   Wh shared in the year, at most `injectedWh`
 * @param injectedWh Wh the incentivised plants injected in the year
 * @see              DM 414/2023 art. 3(2)(g) and annex 1; the fraction of a Wh stays free
 */
export function premiumUse(sharedWh: number, injectedWh: number, hasCapitalGrant: boolean): PremiumUse {
  must(sharedWh >= 0 && sharedWh <= injectedWh, 'what is shared was injected', { sharedWh, injectedWh })
  const percent = hasCapitalGrant ? FREE_SHARE_PERCENT.withGrant : FREE_SHARE_PERCENT.withoutGrant
  const freeMost = Number((BigInt(injectedWh) * BigInt(percent) + 99n) / 100n)
  const freeWh = Math.min(sharedWh, freeMost)
  return { freeWh, boundWh: sharedWh - freeWh }
}
