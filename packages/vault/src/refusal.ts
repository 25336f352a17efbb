/** Why a view was not given. */
export type ViewRefusal =
  | 'view-not-granted'
  | 'grain-not-granted'
  | 'meter-not-kept'
  | 'view-range-unusable'
  | 'view-range-too-long'

/** Why nothing was erased. */
export type ErasureRefusal = 'not-the-owner' | 'meter-not-kept' | 'erasure-range-unusable'
