// Whole units of resistance, so that the sum of Wh x ohm has no order and no rounding but the last: 1 unit = 10^-15 ohm.
const UNITS_PER_OHM = 1e15

/** An amount of energy and the resistance of its way. */
export interface WayOfEnergy {
  readonly energyWh: number
  readonly ohm: number
}

/**
 * What the allocated energy's ways weigh, in Wh x ohm: every Wh from its meter to the root, less twice the way from
 * where it met another meter's Wh to the root, for there it turned round.
 *
 *     C = sum over meters E_i R_i  -  2 sum over groups M_g R_g          [Wh ohm],  R from the place to the root
 *
 * @param fromMeters what each meter received, gave, and exchanged with the grid, own use left out
 * @param atGroups   what met at each group
 * @see              docs/maths/matching.md: for neighbour first it equals sum over edges of R |flow|, the least possible
 */
export function lossWeight(fromMeters: readonly WayOfEnergy[], atGroups: readonly WayOfEnergy[]): number {
  const units = weightOf(fromMeters) - 2n * weightOf(atGroups)
  return Number(units) / UNITS_PER_OHM
}

function weightOf(ways: readonly WayOfEnergy[]): bigint {
  let units = 0n
  for (const { energyWh, ohm } of ways) units += BigInt(energyWh) * BigInt(Math.round(ohm * UNITS_PER_OHM))
  return units
}
