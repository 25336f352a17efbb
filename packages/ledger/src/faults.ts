import type { FaultTexts } from '@tri/units'

import { anchorFaults } from './anchor/faults.ts'
import { chainFaults } from './chain/faults.ts'
import { channelFaults } from './channel/faults.ts'
import { cometbftFaults } from './cometbft/faults.ts'
import { discoveryFaults } from './discovery/faults.ts'
import { followerFaults } from './follower/faults.ts'
import { replicaFaults } from './replica/faults.ts'
import { singleFaults } from './single/faults.ts'
import { snapshotFaults } from './snapshot/faults.ts'
import { storeFaults } from './store/faults.ts'

/** Every sentence this package says to people, by topic: one table a folder. */
export const ledgerFaults = {
  ...anchorFaults,
  ...chainFaults,
  ...channelFaults,
  ...cometbftFaults,
  ...discoveryFaults,
  ...followerFaults,
  ...replicaFaults,
  ...singleFaults,
  ...snapshotFaults,
  ...storeFaults,
} as const satisfies FaultTexts
