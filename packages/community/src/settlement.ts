import {
  RULES,
  SLOT_WH_MAX,
  charterFit,
  settle,
  type MatchKernel,
  type Settlement,
  type SettlementInput,
} from '@tri/exchange'
import { Fault, accept, must, slot, type Outcome } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { charterAt, charters } from './charters.ts'
import type { SlotRange } from './event.ts'
import type { KeyValue } from './key-value.ts'
import { SETTLEMENT_CELLS_MAX, SETTLEMENT_SLOTS_MAX } from './limits.ts'
import { charterRefused } from './network.ts'
import type { OperationOf, SettlementClaim } from './operation.ts'
import { post } from './posting.ts'
import { no, type CommunityRefusal } from './refusal.ts'
import { registryView } from './registry-view.ts'
import { coordinatorOnly, type Played, type Scene } from './scene.ts'
import { settledOnce, type SettledClaim } from './settled-once.ts'
import {
  certificatesIn,
  readSettlementVersion,
  recordBytes,
  settledPeriodsIn,
  writeHead,
  type QualityCounts,
} from './state.ts'
import { stateKeys } from './state-keys.ts'
import { completenessIn, settlementInputAt, type Completeness } from './statement-columns.ts'

/** A settlement computed from the book, ready to be claimed or compared with a claim. */
export interface SettlementDraft {
  readonly version: number
  readonly settlement: Settlement
  readonly claim: SettlementClaim
  readonly quality: QualityCounts
}

interface Computed extends SettlementDraft, SettledClaim {}

type Refused = ReturnType<typeof no>
type SettlementOperation = OperationOf<'energy.settle'> | OperationOf<'energy.restate'>

/**
 * What the coordinator claims in `energy.settle`: the settlement of a range, computed from the book as it stands.
 *
 * @returns the draft, or the refusal that the operation would meet
 */
export function settlementDraft(
  store: KeyValue,
  range: SlotRange,
  kernel: MatchKernel,
): Outcome<SettlementDraft, CommunityRefusal> {
  return settleable(store, range) ?? computed(store, { range, version: 1, kernel })
}

/** What the coordinator claims in `energy.restate`: the next version of a settled period, and its differences only. */
export function restatementDraft(
  store: KeyValue,
  range: SlotRange,
  kernel: MatchKernel,
): Outcome<SettlementDraft, CommunityRefusal> {
  const period = settledPeriodsIn(store, range.firstSlot, range.firstSlot + range.slots)[0]
  const version = (period?.version ?? 0) + 1
  return restatable(store, range, version) ?? computed(store, { range, version, kernel })
}

export function playSettle(scene: Scene, operation: OperationOf<'energy.settle'>): Played {
  const refused = coordinatorOnly(scene) ?? settleable(scene.store, operation)
  return refused ?? settleAs(scene, operation, 1)
}

export function playRestate(scene: Scene, operation: OperationOf<'energy.restate'>): Played {
  const refused = coordinatorOnly(scene) ?? restatable(scene.store, operation, operation.version)
  return refused ?? settleAs(scene, operation, operation.version)
}

type Range = Pick<SettlementClaim, 'firstSlot' | 'slots'>

function settleable(store: KeyValue, { firstSlot, slots }: Range): Refused | undefined {
  const settled = settledPeriodsIn(store, firstSlot, firstSlot + slots)[0]
  if (settled !== undefined)
    return no('already-settled', { firstSlot: settled.firstSlot, slots: settled.slots })
  const meters = registryView(store).meters.length
  if (meters === 0) return no('no-meters')
  if (slots > SETTLEMENT_SLOTS_MAX || meters * slots > SETTLEMENT_CELLS_MAX)
    return no('settlement-too-large', { meters, slots })
  const inForce = charterAt(store, slot(firstSlot))
  const next = charters(store).find(({ from }) => from > firstSlot && from > inForce.from)
  if (next !== undefined && next.from < firstSlot + slots)
    return no('charter-changes-within', { slot: next.from })
  const { intervalSlots } = RULES[inForce.rule]
  if (firstSlot % intervalSlots !== 0 || slots % intervalSlots !== 0)
    return no('interval-not-whole', { intervalSlots })
  return undefined
}

function restatable(store: KeyValue, { firstSlot, slots }: Range, version: number): Refused | undefined {
  const until = firstSlot + slots
  const period = settledPeriodsIn(store, firstSlot, until)[0]
  if (period?.firstSlot !== firstSlot || period.slots !== slots)
    return no('not-settled', { firstSlot, slots })
  const certified = certificatesIn(store, firstSlot, until).find((one) => one.objection === undefined)
  if (certified !== undefined)
    return no('period-certified', { firstSlot: certified.firstSlot, slots: certified.slots })
  if (version !== period.version + 1) return no('version-not-next', { next: period.version + 1 })
  return period.restatementDue ? undefined : no('nothing-to-restate')
}

interface Wanted {
  readonly range: Range
  readonly version: number
  readonly kernel: MatchKernel
}

function computed(store: KeyValue, { range, version, kernel }: Wanted): Outcome<Computed, CommunityRefusal> {
  const exact = { firstSlot: slot(range.firstSlot), slots: range.slots }
  const input = settlementInputAt(store, exact)
  if (!input.ok) return input
  const fit = charterFit(input.value.charter, input.value.tree)
  if (!fit.ok) return charterRefused(fit.refusal)
  const quality = completeness(store, input.value)
  const gap = quality.gaps[0]
  if (gap !== undefined)
    return no('incomplete', { missing: quality.missing, meter: gap.meter, slot: gap.firstSlot })
  const tooLarge = intervalTooLarge(input.value)
  if (tooLarge !== undefined) return no('slot-too-large', { slot: tooLarge, most: SLOT_WH_MAX })
  const before = version === 1 ? undefined : earlierVersion(store, exact, { version: version - 1, kernel })
  const found = exactly(() => settledOnce(input.value, { kernel, version, before }))
  if (found === undefined) return no('credit-out-of-range')
  const { measured, substituted, estimated } = quality
  return accept({ ...found, quality: { measured, substituted, estimated } })
}

function completeness(store: KeyValue, input: SettlementInput): Completeness {
  const ids = input.tree.meters
  const { meters } = registryView(store)
  // A restated period has the columns of its first settlement; any other has one a meter.
  if (meters.length === ids.length) return completenessIn(meters, { ...input, meters: ids })
  const columnOf = new Set(ids)
  const counted = meters.filter(({ id }) => columnOf.has(id))
  return completenessIn(counted, { ...input, meters: ids })
}

/** An earlier version, computed again from the statements as they stood; its root proves that they are the same. */
function earlierVersion(
  store: KeyValue,
  range: SlotRange,
  { version, kernel }: { readonly version: number; readonly kernel: MatchKernel },
): Settlement {
  const input = settlementInputAt(store, range, version)
  must(input.ok, 'a version that was settled can be settled again')
  const settlement = settle(input.value, kernel)
  const recorded = readSettlementVersion(store, range.firstSlot + range.slots, version)
  must(settlement.root === recorded?.root, 'an earlier version comes back with its root', { version })
  return settlement
}

/** The first slot of an interval whose energies sum to more than the kernel can hold. */
function intervalTooLarge(input: SettlementInput): number | undefined {
  const { tree, charter, firstSlot, slots, importWh, exportWh } = input
  const { intervalSlots } = RULES[charter.rule]
  const sums = new Float64Array(slots / intervalSlots)
  for (let column = 0; column < tree.meters.length; column++) {
    const base = column * slots
    for (let t = 0; t < slots; t++) {
      const i = intervalSlots === 1 ? t : Math.floor(t / intervalSlots)
      sums[i] = (sums[i] ?? 0) + (importWh[base + t] ?? 0) + (exportWh[base + t] ?? 0)
    }
  }
  const at = sums.findIndex((sum) => sum > SLOT_WH_MAX)
  return at < 0 ? undefined : firstSlot + at * intervalSlots
}

/** The value, or nothing when an amount on the way leaves the exact whole numbers: a charter's price can be that high. */
function exactly<T>(compute: () => T): T | undefined {
  try {
    return compute()
  } catch (fault) {
    if (fault instanceof Fault && fault.code === 'quantity-not-exact') return undefined
    throw fault
  }
}

function settleAs(scene: Scene, operation: SettlementOperation, version: number): Played {
  const { store, kernel } = scene
  const { firstSlot, slots, charterVersion } = operation
  const inForce = charterAt(store, slot(firstSlot))
  if (charterVersion !== inForce.version) return no('charter-version-wrong', { version: inForce.version })
  const result = computed(store, { range: operation, version, kernel })
  if (!result.ok) return result
  const differs = differenceOf(operation, result.value.claim)
  if (differs !== undefined) return differs
  const { settlement } = result.value
  const posted = post(scene, operation, result.value.postings)
  if (!posted.ok) return posted
  file(scene, operation, result.value)
  const range = { firstSlot: slot(firstSlot), slots }
  const is = version === 1 ? 'period-settled' : 'period-restated'
  const { root, totals } = settlement
  return accept([{ is, ...range, version, root, sharedWh: totals.sharedWh }, ...posted.value])
}

function differenceOf(claimed: SettlementClaim, own: SettlementClaim): Refused | undefined {
  if (hex(claimed.readingsRoot) !== hex(own.readingsRoot)) return no('readings-root-mismatch')
  if (hex(claimed.root) !== hex(own.root))
    return no('root-mismatch', { claimed: hex(claimed.root), computed: hex(own.root) })
  const most = Math.max(claimed.deltas.length, own.deltas.length)
  for (let i = 0; i < most; i++) {
    const [theirs, ours] = [claimed.deltas[i], own.deltas[i]]
    if (theirs?.[0] !== ours?.[0] || theirs?.[1] !== ours?.[1])
      return no('deltas-mismatch', { account: (ours ?? theirs)?.[0] ?? '' })
  }
  return undefined
}

function file({ store, head, sequence }: Scene, operation: SettlementOperation, result: Computed): void {
  const { version, settlement, claim, quality } = result
  const { importWh, exportWh, ownWh, sharedWh, gridImportWh, gridExportWh, ringWh } = settlement.totals
  const range = { firstSlot: settlement.firstSlot, slots: settlement.slots }
  const until = range.firstSlot + range.slots
  const record = {
    ...range,
    version,
    sequence,
    operation: operation.id,
    at: operation.at,
    charterVersion: settlement.charterVersion,
    readingsRoot: hex(claim.readingsRoot),
    root: settlement.root,
    meters: settlement.meters.length,
    quality,
    importWh,
    exportWh,
    ownWh,
    sharedWh,
    gridImportWh,
    gridExportWh,
    ringWh,
  }
  store.set(stateKeys.settlementVersion(until, version), recordBytes(record))
  store.set(stateKeys.settlement(until), recordBytes({ ...range, version, restatementDue: false }))
  writeHead(store, { ...head, settledUntil: slot(Math.max(head.settledUntil, until)) })
}
