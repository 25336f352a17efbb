import type { FaultTexts } from '@tri/units'

/** Every sentence this package says to people, by topic: one table a folder. */
export const metersFaults = {} as const satisfies FaultTexts
