import { accept, exactSum, refuse, total, wattHour, type Outcome, type Slot, type WattHour } from '@tri/units'

/** What flows through a household, in the order of its balance: what comes in, then what goes out. */
export const FLOWS = ['production', 'import', 'discharge', 'consumption', 'export', 'charge'] as const

/** One of FLOWS. */
export type Flow = (typeof FLOWS)[number]

/** The flows that come in; the others go out. */
const INFLOWS: ReadonlySet<Flow> = new Set(['production', 'import', 'discharge'])

/** How a quantity came to be known: `absent` is a household that has no such device. */
export type FlowOrigin = 'measured' | 'derived' | 'absent'

/** A quantity of one slot. */
export interface FlowEnergy {
  readonly wh: number
  readonly origin: FlowOrigin
}

/**
 * What the meters of a household say of one slot, Wh: `undefined` where nothing measures a flow that is there, `absent`
 * where there is no such thing. A clamp may say less than 0: that is a finding, not an error.
 */
export type MeasuredFlows = Readonly<Record<Flow, number | 'absent' | undefined>>

/** What settlement found of this meter's import and export: how much of it came from neighbours, and went to them. */
export interface NeighbourShare {
  readonly receivedWh: WattHour
  readonly givenWh: WattHour
}

/** How exact the meters are. */
export interface CounterTolerance {
  /** Thousandths of what flows: the class of the worst meter. */
  readonly perMille: number
  /** Steps of all meters together, Wh. */
  readonly resolutionWh: number
}

/** Class 2 of EN 50470-3 (class A), and 1 Wh for each of six flows. */
export const COUNTER_TOLERANCE: CounterTolerance = { perMille: 20, resolutionWh: 6 }

/** Energy into the household and out of it, in one of the three directions. */
export interface Direction {
  readonly inWh: number
  readonly outWh: number
}

/** One slot of the TRI counter. */
export interface CounterSlot {
  readonly slot: Slot
  readonly flows: Readonly<Record<Flow, FlowEnergy>>
  /** Own plant and storage: what they give, and what charging takes. */
  readonly own: Direction
  /** What came from neighbours and went to them; undefined until the slot is settled. */
  readonly neighbours: Direction | undefined
  /** The rest of import and export: the public grid. Until the slot is settled, all of it. */
  readonly grid: Direction
  /** What comes in less what goes out, Wh: 0 in a derived balance unless the rest cannot be. */
  readonly residualWh: number
  readonly toleranceWh: number
  /** False where a flow is derived from the others: then the residual says nothing about them, unless it is impossible. */
  readonly isRedundant: boolean
}

/** Why there is no balance: `flows-unknown` (more than one is not measured), `share-too-large` (more than the meter saw). */
export type CounterRefusal = 'flows-unknown' | 'share-too-large'

/**
 * Balances one slot:  production + import + discharge = consumption + export + charge + residual,  exact in Wh.
 *
 * At most one flow is derived from the others, usually consumption. A derived flow takes the residual away with it, so the
 * residual is then 0 by construction; only where the derived flow would be negative it is 0 instead, and the residual
 * shows what cannot be. When all flows are measured the residual is what the meters disagree by.
 *
 * @returns the slot, or why it has no balance
 * @throws Fault `quantity-not-exact` when a flow is no safe integer
 * @see     docs/maths/tri-counter.md
 */
export function balancedSlot(
  slot: Slot,
  measured: MeasuredFlows,
  share?: NeighbourShare,
  tolerance: CounterTolerance = COUNTER_TOLERANCE,
): Outcome<CounterSlot, CounterRefusal> {
  const unknown = FLOWS.filter((flow) => measured[flow] === undefined)
  if (unknown.length > 1) return refuse('flows-unknown')
  const flows = flowsOf(measured, unknown[0])
  const wh = (flow: Flow): number => flows[flow].wh
  if (share !== undefined && (share.receivedWh > wh('import') || share.givenWh > wh('export')))
    return refuse('share-too-large')
  const received = share?.receivedWh ?? 0
  const given = share?.givenWh ?? 0
  const largest = Math.max(gross(flows, true), gross(flows, false))
  return accept({
    slot,
    flows,
    own: { inWh: exactSum(wh('production'), wh('discharge')), outWh: wh('charge') },
    neighbours: share === undefined ? undefined : { inWh: received, outWh: given },
    grid: { inWh: wh('import') - received, outWh: wh('export') - given },
    residualWh: residualOf(flows),
    toleranceWh: Math.ceil((tolerance.perMille * largest) / 1000) + tolerance.resolutionWh,
    isRedundant: unknown.length === 0,
  })
}

/** True when a slot's residual is more than its meters may be off by. */
export function isBeyond({ residualWh, toleranceWh }: CounterSlot): boolean {
  return Math.abs(residualWh) > toleranceWh
}

function flowsOf(measured: MeasuredFlows, derived: Flow | undefined): Record<Flow, FlowEnergy> {
  const known = (flow: Flow): FlowEnergy => {
    const wh = measured[flow]
    if (wh === undefined) return { wh: 0, origin: 'derived' }
    return wh === 'absent' ? { wh: 0, origin: 'absent' } : { wh: wattHour(wh), origin: 'measured' }
  }
  const flows: Record<Flow, FlowEnergy> = {
    production: known('production'),
    import: known('import'),
    discharge: known('discharge'),
    consumption: known('consumption'),
    export: known('export'),
    charge: known('charge'),
  }
  if (derived !== undefined) {
    const missing = residualOf(flows) * (INFLOWS.has(derived) ? -1 : 1)
    flows[derived] = { wh: Math.max(0, missing), origin: 'derived' }
  }
  return flows
}

function residualOf(flows: Readonly<Record<Flow, FlowEnergy>>): number {
  return total(FLOWS.map((flow) => (INFLOWS.has(flow) ? flows[flow].wh : -flows[flow].wh)))
}

function gross(flows: Readonly<Record<Flow, FlowEnergy>>, isIn: boolean): number {
  return total(FLOWS.filter((flow) => INFLOWS.has(flow) === isIn).map((flow) => Math.abs(flows[flow].wh)))
}
