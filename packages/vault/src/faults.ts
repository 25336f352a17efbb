import type { FaultTexts } from '@tri/units'

/** Every sentence this package says to people. */
export const vaultFaults = {} as const satisfies FaultTexts
