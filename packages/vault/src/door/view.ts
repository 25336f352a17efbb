import { accept, Fault, refuse, type Outcome } from '@tri/units'

import type { Damage } from '../channel/blocks.ts'
import type { Standing } from '../channel/instants.ts'
import type { Core } from '../core.ts'
import type { Erasure } from '../erasure.ts'
import { windowOf } from '../resolution.ts'
import type { ViewRefusal } from '../refusal.ts'
import type { Grain, Policy, ViewRequest } from './policy.ts'
import { GRAIN_MS, rowsOf, secondOf, slotRowOf, type RowsOf } from './rows.ts'

/** Rows of one view: two days of seconds, five years of quarter hours. An export has no such limit. */
export const VIEW_ROWS_MAX = 180_000

/** What came out at the door. */
export interface View<G extends Grain> {
  readonly rows: readonly RowsOf[G][]
  /** What of the range cannot be read; the rows are without it. */
  readonly damaged: readonly Damage[]
  /** What of the range its owner erased. */
  readonly erased: readonly Erasure[]
}

/** Rows for who may have them; every question leaves a receipt, answered or not. */
export function view<G extends Grain>(
  core: Core,
  policy: Policy,
  request: ViewRequest<G>,
): Outcome<View<G>, ViewRefusal> {
  const admitted = admit(core, policy, request)
  if (!admitted.ok) return admitted
  const rows = rowsOf[request.grain](core, request)
  return accept({ rows, ...besides(core, request) })
}

/** What was said of one instant of a meter: what counts first, then what it took the place of, or what contradicts it. */
export function versions(
  core: Core,
  policy: Policy,
  request: ViewRequest<'second' | 'slot'>,
): Outcome<
  readonly (RowsOf['second' | 'slot'] & { readonly standing: Standing; readonly isCorrection: boolean })[],
  ViewRefusal
> {
  const admitted = admit(core, policy, request)
  if (!admitted.ok) return admitted
  const channel = core.channels.find(request.meter, request.grain)
  if (channel === undefined) return accept([])
  const instants = core.windows.instants(channel, windowOf(request.grain, request.from))
  return accept(
    instants.versions(request.from).map(({ entered, standing }) => ({
      ...(request.grain === 'second' ? secondOf(entered) : slotRowOf(entered)),
      standing,
      isCorrection: entered.isCorrection,
    })),
  )
}

/** Asks the policy, and leaves a receipt. */
export function admit(
  core: Core,
  policy: Policy,
  asked: ViewRequest,
  { isWhole = false }: { readonly isWhole?: boolean } = {},
): Outcome<'granted', ViewRefusal> {
  const request = { ...asked, by: asked.by ?? asked.owner }
  const outcome = decided(core, policy, request, isWhole)
  leaveReceipt(core, request, outcome.ok ? outcome.value : outcome.refusal)
  return outcome
}

function decided(
  core: Core,
  policy: Policy,
  request: Required<ViewRequest>,
  isWhole: boolean,
): Outcome<'granted', ViewRefusal> {
  const granted = policy.decide(request)
  if (!granted.ok) return granted
  const { from, until, grain, meter } = request
  if (!(from >= 0 && from < until)) return refuse('view-range-unusable')
  if (!isWhole && (until - from) / GRAIN_MS[grain] > VIEW_ROWS_MAX) return refuse('view-range-too-long')
  const isKept = core.channels.all().some((channel) => channel.meter === meter)
  return isKept ? granted : refuse('meter-not-kept')
}

/**
 * No receipt, no rows. Only the household itself is let in while the disk is full: its page must go on, and what it saw is
 * written down when there is room again.
 */
function leaveReceipt(core: Core, request: Required<ViewRequest>, outcome: string): void {
  const at = core.now()
  try {
    core.write(() => core.receipts.leave(request, outcome, at))
  } catch (error) {
    const isFull = error instanceof Fault && error.code === 'vault-disk-full'
    const isOwn = request.by === core.owner && request.purpose === 'household' && outcome === 'granted'
    if (!isFull || !isOwn || !core.receipts.wait(request, outcome, at)) throw error
  }
}

/** What is missing from a range, and why. */
export function besides(core: Core, request: ViewRequest): { damaged: Damage[]; erased: Erasure[] } {
  const { meter, from, until } = request
  const touches = (of: { readonly meter: string; readonly from: number; readonly until: number }): boolean =>
    of.meter === meter && of.from < until && of.until > from
  return { damaged: [...core.damage.values()].filter(touches), erased: core.erasures.all().filter(touches) }
}
