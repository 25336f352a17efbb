import { members } from '@tri/community'
import { genesisText, nodePrimitives } from '@tri/ledger'
import { Fault, slot, slotOf, epochMs, type Slot } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { z } from 'zod'

import type { OpenNode } from '../daemon/open-node.ts'
import { memberProof } from '../services/proof-service.ts'

/** What a proof is wanted of. */
export const proofWish = z.strictObject({
  member: z.string().min(1).max(64),
  posting: z.string().min(1).max(64).optional(),
  /** A slot's number, or a moment in it as ISO 8601 writes it. */
  slot: z.string().min(1).max(40).optional(),
  meter: z.string().min(1).max(64).optional(),
})

/**
 * The proof of a member's balance, posting or quarter hour.
 *
 * @throws Fault `member-unknown`, `option-unusable`, or why there is no such proof
 */
export async function makeProof({ view, ledger }: OpenNode, wish: z.output<typeof proofWish>) {
  const { member, posting, meter } = wish
  if (!members(view.store).some(({ id }) => id === member)) throw new Fault('member-unknown', { member })
  const at = wish.slot === undefined ? undefined : slotFrom(wish.slot)
  const made = await memberProof(view, ledger.proofSource, { member, posting, slot: at, meter })
  if (!made.ok) throw new Fault(made.refusal, { member, posting, slot: wish.slot, meter })
  return { member, bytes: made.value.length, proof: Buffer.from(made.value).toString('base64url') }
}

/** What the community is proved from: the text that stands on paper. */
export function genesisReport({ ledger: { genesis } }: OpenNode) {
  const { community, founding, stewards, previous } = genesis
  return {
    text: genesisText(nodePrimitives, genesis),
    community,
    founding: hex(founding),
    stewards: stewards.map(hex),
    isRefounded: previous !== undefined,
  }
}

function slotFrom(typed: string): Slot {
  const at = /^\d{1,9}$/.test(typed) ? undefined : Date.parse(typed)
  if (at === undefined) return slot(Number(typed))
  if (!Number.isFinite(at) || at < 0)
    throw new Fault('option-unusable', { option: '--slot', value: typed, choices: ['2026-05-01T12:15Z'] })
  return slotOf(epochMs(at))
}
