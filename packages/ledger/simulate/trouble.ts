/** What can go wrong in the simulated world; each kind can be left out of a run, and the others stay as they were. */
export const TROUBLES = [
  'lost',
  'late',
  'doubled',
  'forged',
  'crash',
  'power-cut',
  'dead-disk',
  'skew',
  'partition',
  'liar',
  'hasty',
  'mistake',
  'new-stewards',
] as const

/**
 * `lost`, `late`, `doubled`, `forged`: messages. `crash`: a box stops between two steps. `power-cut`: it stops inside a
 * write, and what was not yet on the disk is gone. `dead-disk`: everything on it is gone. `skew`: a clock is wrong or
 * jumps. `partition`: stewards do not hear each other. `liar`: up to f stewards lie. `hasty`: clients do not wait for
 * one operation before the next. `mistake`: the same act under a new id. `new-stewards`: the set changes.
 */
export type Trouble = (typeof TROUBLES)[number]

/** A mistake that is planted into one steward, to see the simulator find it. */
export const PLANTS = [
  'loses-operation',
  'applies-twice',
  'other-root',
  'forgets-synced',
  'check-leaves-trace',
  'says-final-early',
  'takes-any-block',
  'tells-of-others',
] as const

/** See `PLANTS`; what each does is in `planted-replica.ts` and `door.ts`. */
export type Plant = (typeof PLANTS)[number]
