/** A mistake that is planted into the way from registers to slots, to see the simulation find it. */
export const READING_PLANTS = [
  'adds-sources',
  'believes-one-source-for-all',
  'takes-reset-for-rollover',
  'ignores-serial',
  'believes-device-clock',
  'takes-last-values',
  'drops-late-readings',
  'forgets-on-restart',
  'bridges-every-silence',
  'counts-silence-as-zero',
  'calls-estimates-measured',
  'invents-a-watt-hour',
] as const

/** See `READING_PLANTS`; what each does is in `planted-history.ts`. */
export type ReadingPlant = (typeof READING_PLANTS)[number]
