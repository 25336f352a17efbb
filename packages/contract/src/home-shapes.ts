import { z } from 'zod'

import {
  count,
  epochMilliseconds,
  identifier,
  localDate,
  mark,
  microCredits,
  quality,
  ring,
  share01,
  signedWatts,
  slotNumber,
  watts,
  wattHours,
  wattHoursByRing,
} from './quantities.ts'

/** The one sentence of the page, as a code with its parameters: the page says it in the reader's language. */
export const answer = z
  .object({
    code: z.enum(['good-time', 'wait', 'neutral', 'no-data']),
    untilSlot: slotNumber.nullable().meta({ description: 'The first slot in which it no longer holds.' }),
    because: z
      .object({
        code: z.enum(['spare-nearby', 'own-surplus', 'spare-later', 'only-grid', 'readings-missing']),
        ring: ring.nullable(),
        homes: count.nullable(),
        spareW: watts.nullable().meta({ description: 'Null when too few homes stand behind it.' }),
      })
      .nullable(),
    mark,
  })
  .meta({ id: 'Answer' })

/**
 * Produce, consume, exchange. producedW + importedW = consumedW + exportedW + residualW; importedW = fromNeighboursW +
 * fromGridW; exportedW = toNeighboursW + toGridW.
 */
export const triangle = z
  .object({
    producedW: watts.nullable(),
    consumedW: watts.nullable(),
    importedW: watts,
    exportedW: watts,
    fromNeighboursW: watts,
    toNeighboursW: watts,
    fromGridW: watts,
    toGridW: watts,
    residualW: signedWatts.meta({ description: 'What no sensor explains; never clamped.' }),
    residual01: share01,
    sensors: z.object({ connection: z.boolean(), production: z.boolean(), consumption: z.boolean() }),
    at: epochMilliseconds,
    mark,
  })
  .meta({
    id: 'Triangle',
    description:
      'producedW + importedW = consumedW + exportedW + residualW; importedW = fromNeighboursW + fromGridW; exportedW = toNeighboursW + toGridW. A sensor that is missing gives null.',
  })

export const homeToday = z
  .object({
    date: localDate,
    producedWh: wattHours.nullable(),
    consumedWh: wattHours.nullable(),
    importWh: wattHours,
    exportWh: wattHours,
    ownWh: wattHours,
    givenWh: wattHoursByRing,
    receivedWh: wattHoursByRing,
    gridImportWh: wattHours,
    gridExportWh: wattHours,
    earnedMicroCredit: microCredits,
    spentMicroCredit: microCredits,
    feeMicroCredit: microCredits,
    mark,
  })
  .meta({ id: 'HomeToday' })

export const homeCredit = z
  .object({
    balanceMicroCredit: microCredits,
    todayMicroCredit: microCredits,
    availableMicroCredit: microCredits.meta({
      description: 'What may still be paid: balance plus limit less holds and promises.',
    }),
    promisedMicroCredit: microCredits.meta({ description: 'Of payments that are not final yet.' }),
    flagged: z.boolean().meta({ description: 'The balance is below the limit; nothing is cut off.' }),
    mark,
  })
  .meta({ id: 'HomeCredit' })

/** Neighbours by distance, without names. */
export const shareWith = z
  .object({
    ring,
    homes: count.nullable().meta({ description: 'Null when too few to be told apart.' }),
    givenWh: wattHours,
    receivedWh: wattHours,
    mark,
  })
  .meta({ id: 'ShareWith', description: 'Neighbours by distance, without names.' })

export const home = z
  .object({
    member: identifier,
    slot: slotNumber,
    answer,
    triangle: triangle.nullable().meta({ description: 'Null on a member’s own box, which reads no meter.' }),
    today: homeToday.nullable().meta({ description: 'Null on a member’s own box.' }),
    credit: homeCredit,
    shareWith: z.array(shareWith).max(8),
  })
  .meta({ id: 'Home' })

export const homeSlot = z
  .object({
    slot: slotNumber,
    producedWh: wattHours.nullable(),
    consumedWh: wattHours.nullable(),
    importWh: wattHours,
    exportWh: wattHours,
    sharedGivenWh: wattHours,
    sharedReceivedWh: wattHours,
    quality,
    mark,
  })
  .meta({ id: 'HomeSlot' })

/** A local day has 92, 96 or 100 slots; slots that have not happened yet are left out. */
export const homeDay = z
  .object({
    member: identifier,
    date: localDate,
    timezone: z.string(),
    slots: z.array(homeSlot).max(100),
    mark,
  })
  .meta({ id: 'HomeDay', description: 'A day of 92, 96 or 100 slots; those yet to come are left out.' })
