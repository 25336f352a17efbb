import { refuse } from '@tri/units'
import { z } from 'zod'

import type { SampledAt } from './charger-frames.ts'
import type { CallAnswer, ChargerDesk, ServedAction } from './charger-desk.ts'

/**
 * An action whose parameters have to be within bounds as well. The published schemas bound no number: a connector -1 passes
 * them, and so does a register of 1e300.
 */
export function servedAction<T>(
  shape: z.ZodType<T>,
  serve: (params: T, desk: ChargerDesk) => CallAnswer | Promise<CallAnswer>,
): ServedAction {
  return (params, desk) => {
    const parsed = shape.safeParse(params)
    return parsed.success ? serve(parsed.data, desk) : refuse('value-out-of-range')
  }
}

/** Connectors and EVSEs of one charger at most. */
export const CONNECTORS_MAX = 64

/** A connector or EVSE; 0 is the charger as a whole. */
export const connectorShape = z.int().min(0).max(CONNECTORS_MAX)
/** A whole count of Wh; a register never runs below nothing. */
export const registerShape = z.int().min(0)

const sample16 = z.object({
  value: z.string(),
  format: z.string().optional(),
  measurand: z.string().optional(),
  phase: z.string().optional(),
  location: z.string().optional(),
  unit: z.string().optional(),
})

const sample201 = z
  .object({
    value: z.number(),
    measurand: z.string().optional(),
    phase: z.string().optional(),
    location: z.string().optional(),
    unitOfMeasure: z.object({ unit: z.string().optional(), multiplier: z.int().optional() }).optional(),
  })
  .transform(({ unitOfMeasure, ...sample }) => ({ ...sample, ...unitOfMeasure }))

/** `meterValue` of 1.6. */
export const meterValues16 = z.array(
  z
    .object({ timestamp: z.string(), sampledValue: z.array(sample16) })
    .transform(({ timestamp, sampledValue }): SampledAt => ({ timestamp, samples: sampledValue })),
)

/** `meterValue` of 2.0.1. */
export const meterValues201 = z.array(
  z
    .object({ timestamp: z.string(), sampledValue: z.array(sample201) })
    .transform(({ timestamp, sampledValue }): SampledAt => ({ timestamp, samples: sampledValue })),
)
