import { settle, type MatchKernel, type Settlement, type SettlementInput } from '@tri/exchange'
import { fromHex } from '@tri/units/crypto'

import type { SettlementClaim } from './operation.ts'
import { readingsRootOf } from './readings-root.ts'
import { settlementPostings, type Postings } from './settlement-postings.ts'

/** A settlement with what it claims and posts. */
export interface SettledClaim {
  readonly version: number
  readonly settlement: Settlement
  readonly claim: SettlementClaim
  readonly postings: Postings['postings']
}

interface Settling {
  readonly kernel: MatchKernel
  readonly version: number
  /** The version before, of which only the difference is posted; undefined for the first. */
  readonly before: Settlement | undefined
}

/** Meter-slots of a settlement that is remembered: 2 MB. A month is settled seldom, and would be kept for nothing. */
const REMEMBERED_CELLS_MAX = 131_072

interface Remembered {
  readonly input: SettlementInput
  readonly kernel: MatchKernel
  readonly claimed: SettledClaim
}

let last: Remembered | undefined

/**
 * Settles an input, or gives what came of it the last time: the coordinator drafts a slot and applies it, and a steward
 * checks it at the door, in the proposal and in the block. A settlement is a function of its input and nothing else, so
 * the one before counts exactly when every column and all that stands beside them is the same; nobody's word is taken.
 *
 * @throws Fault `quantity-not-exact` as `settle` does
 */
export function settledOnce(input: SettlementInput, { kernel, version, before }: Settling): SettledClaim {
  if (before === undefined && last !== undefined && last.kernel === kernel && isSameInput(input, last.input))
    return last.claimed
  const settlement = settle(input, kernel)
  const { postings, deltas } = settlementPostings(settlement, version, before)
  const claim = {
    firstSlot: input.firstSlot,
    slots: input.slots,
    charterVersion: settlement.charterVersion,
    readingsRoot: fromHex(readingsRootOf(input)),
    root: fromHex(settlement.root),
    deltas,
  }
  const claimed = { version, settlement, claim, postings }
  if (before === undefined && input.quality.length <= REMEMBERED_CELLS_MAX) last = { input, kernel, claimed }
  return claimed
}

const NOTHING = new Uint8Array()

/** The tree, the members and the charter are compared as objects: the same object never changes. */
function isSameInput(a: SettlementInput, b: SettlementInput): boolean {
  return (
    a.tree === b.tree &&
    a.memberOf === b.memberOf &&
    a.charter === b.charter &&
    a.community === b.community &&
    a.firstSlot === b.firstSlot &&
    a.slots === b.slots &&
    isSameColumn(a.leafSecret ?? NOTHING, b.leafSecret ?? NOTHING) &&
    isSameColumn(a.importWh, b.importWh) &&
    isSameColumn(a.exportWh, b.exportWh) &&
    isSameColumn(a.quality, b.quality)
  )
}

function isSameColumn(a: Int32Array | Uint8Array, b: Int32Array | Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
