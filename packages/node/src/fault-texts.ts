import { communityFaults } from '@tri/community'
import { contractRefusals } from '@tri/contract'
import { exchangeFaults } from '@tri/exchange'
import { ledgerFaults } from '@tri/ledger'
import { metersFaults } from '@tri/meters'
import { unitsFaults, type FaultTexts } from '@tri/units'
import { vaultFaults } from '@tri/vault'

import { nodeFaults } from './faults.ts'

/** Every sentence that a node may say, by code. */
export const faultTexts: FaultTexts = {
  ...contractRefusals,
  ...unitsFaults,
  ...exchangeFaults,
  ...communityFaults,
  ...ledgerFaults,
  ...metersFaults,
  ...vaultFaults,
  ...nodeFaults,
}
