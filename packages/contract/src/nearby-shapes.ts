import { z } from 'zod'

import { count, identifier, mark, signedWattHours, slotNumber, wattHoursByRing } from './quantities.ts'
import { energyTotals } from './state-shapes.ts'

/** Positions of other households' sites are blurred to this many metres. */
export const PLACE_BLUR_M = 200

export const nearbyNode = z
  .object({
    id: identifier,
    name: z.string().nullable(),
    kind: z.enum(['site', 'building', 'street', 'transformer', 'substation']),
    parent: identifier.nullable(),
    x: z.number().nullable().meta({ description: 'Metres east in the community’s own plane.' }),
    y: z.number().nullable().meta({ description: 'Metres north in the community’s own plane.' }),
    blurred: z.boolean().meta({ description: `The place is only good to ${PLACE_BLUR_M} m.` }),
    mine: z.boolean(),
  })
  .meta({ id: 'NearbyNode' })

export const nearbyEdge = z
  .object({
    node: identifier.meta({ description: 'The edge from this node to its parent.' }),
    flowWh: signedWattHours
      .nullable()
      .meta({ description: 'Towards the root is positive; null when it would tell of single homes.' }),
    hidden: z
      .boolean()
      .meta({ description: 'Fewer than 5 meters lie below, or one has more than 40 % of the energy.' }),
  })
  .meta({ id: 'NearbyEdge' })

export const nearby = z
  .object({
    slot: slotNumber,
    slotRange: z.object({ first: slotNumber, last: slotNumber }),
    nodes: z.array(nearbyNode).max(262_144),
    edges: z.array(nearbyEdge).max(262_144),
    ringWh: wattHoursByRing.nullable(),
    totals: energyTotals.nullable(),
    meters: z.object({ total: count, reporting: count }),
    mark,
  })
  .meta({
    id: 'Nearby',
    description:
      'The network with the flows of one slot. Totals are null when too few meters stand behind them.',
  })
