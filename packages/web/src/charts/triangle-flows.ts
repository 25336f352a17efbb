/** What the triangle needs to know: the fields of the contract's Triangle that carry power. */
export interface TrianglePowers {
  readonly producedW: number | null
  readonly consumedW: number | null
  readonly importedW: number
  readonly exportedW: number
  readonly residualW: number
  readonly residual01: number
}

export interface TriangleFlows {
  /** Produce to consume; null when no sensor tells. */
  readonly ownW: number | null
  /** Produce to exchange. */
  readonly givenW: number
  /** Exchange to consume. */
  readonly receivedW: number
  readonly addsUp: boolean
  readonly unmeasured01: number
}

/** Below this part of the larger side a rest is rounding of the sensors, not something missing. */
export const RESIDUAL_SHOWN_01 = 0.005

/**
 * The three sides of the triangle.
 *
 * What was produced and not given away was used at home; when only the use is measured, what was used and not received.
 * The rest that no sensor explains is never spread over the sides: it is returned as it is.
 */
export function triangleFlows(powers: TrianglePowers): TriangleFlows {
  const { producedW, consumedW, importedW, exportedW, residual01 } = powers
  const ownW =
    producedW !== null
      ? Math.max(0, producedW - exportedW)
      : consumedW !== null
        ? Math.max(0, consumedW - importedW)
        : null
  return {
    ownW,
    givenW: exportedW,
    receivedW: importedW,
    addsUp: residual01 < RESIDUAL_SHOWN_01,
    unmeasured01: residual01,
  }
}

/** The width of an arrow in the units of the drawing: a trickle is still seen, the largest flow fills the arrow. */
export function arrowWidth(power: number, largest: number): number {
  if (power <= 0 || largest <= 0) return 0
  return 2.5 + 11.5 * Math.sqrt(power / largest)
}
