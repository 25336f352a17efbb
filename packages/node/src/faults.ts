import type { FaultTexts } from '@tri/units'

import { nodeAnchorFaults } from './anchor/faults.ts'
import { batchFaults } from './batch/faults.ts'
import { communityFileFaults } from './community-file/faults.ts'
import { daemonFaults } from './daemon/faults.ts'
import { devicesFaults } from './devices/faults.ts'
import { labFaults } from './lab/faults.ts'
import { memberBoxFaults } from './member-box/faults.ts'
import { nodeLedgerFaults } from './ledger/faults.ts'
import { outwardsFaults } from './outwards/faults.ts'
import { ownerFaults } from './owner/faults.ts'
import { refoundingFaults } from './refounding/faults.ts'
import { fileFaults, rowFaults } from './readings/faults.ts'
import { stewardFaults } from './steward/faults.ts'

/** Every sentence this package says to people, by topic: one table a folder. */
export const nodeFaults = {
  ...nodeAnchorFaults,
  ...communityFileFaults,
  ...daemonFaults,
  ...devicesFaults,
  ...labFaults,
  ...nodeLedgerFaults,
  ...outwardsFaults,
  ...ownerFaults,
  ...refoundingFaults,
  ...fileFaults,
  ...rowFaults,
  ...batchFaults,
  ...stewardFaults,
  ...memberBoxFaults,
} as const satisfies FaultTexts
