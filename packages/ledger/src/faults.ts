import type { FaultTexts } from '@tri/units'

import { chainFaults } from './chain/faults.ts'
import { channelFaults } from './channel/faults.ts'
import { storeFaults } from './store/faults.ts'

/** Every sentence this package says to people, by topic: one table a folder. */
export const ledgerFaults = {
  ...chainFaults,
  ...channelFaults,
  ...storeFaults,
} as const satisfies FaultTexts
