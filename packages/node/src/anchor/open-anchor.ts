import {
  chainIdOf,
  fileAnchor,
  headerHash,
  lightBlockFrom,
  noAnchor,
  nodePrimitives,
  trustAfter,
  type Anchor,
  type AnchorVote,
  type Checkpoint,
} from '@tri/ledger'
import { Fault } from '@tri/units'
import { fromHex, hex } from '@tri/units/crypto'

import type { AnchorSettings } from './anchor-settings.ts'

/** An anchor, and this steward's vote for a checkpoint where it takes votes. */
export interface OpenAnchor {
  readonly anchor: Anchor
  /** Undefined where no votes are counted, or this box has no key for it. */
  readonly vote: (checkpoint: Checkpoint) => Promise<AnchorVote | undefined>
  /** Makes the community known there, where that is needed and this box pays. */
  readonly register: (signal: AbortSignal) => Promise<void>
}

/**
 * Opens the anchor that the settings name. The client of a chain is loaded only here: no other command waits for it.
 *
 * @param genesis digest of the community's genesis
 */
export async function openAnchor(settings: AnchorSettings, genesis: Uint8Array): Promise<OpenAnchor> {
  const silent = { vote: () => Promise.resolve(undefined), register: () => Promise.resolve() }
  if (settings.kind === 'none') return { anchor: noAnchor, ...silent }
  if (settings.kind === 'file') return { anchor: fileAnchor({ path: settings.path, certifies }), ...silent }
  const { anchorKeyFrom, evmAnchor, voteForCheckpoint } = await import('@tri/ledger/evm-anchor')
  const { key, payer, keys, ...rest } = settings
  const anchor = evmAnchor({
    ...rest,
    genesis,
    ...(payer === undefined ? {} : { payer: anchorKeyFrom(fromHex(payer)) }),
    ...(keys === undefined ? {} : { keys }),
  })
  return {
    anchor,
    vote: async (checkpoint) => {
      if (key === undefined) return undefined
      return voteForCheckpoint(anchorKeyFrom(fromHex(key)), {
        at: settings,
        community: anchor.community,
        checkpoint,
      })
    },
    register: async (signal) => {
      if (payer === undefined) return
      const registered = await anchor.register(signal)
      if (!registered.ok) throw new Fault(registered.refusal)
    },
  }
}

/**
 * Whether a light block says what a checkpoint says, and more than two thirds of those it names signed it. Whether they
 * are the stewards of that community, only its own chain tells: `verify` compares with ours.
 */
function certifies(
  { genesis, height, header, stateRoot }: Checkpoint,
  certificate: Uint8Array | undefined,
): boolean {
  if (certificate === undefined) return false
  try {
    const block = lightBlockFrom(nodePrimitives, certificate)
    const trust = { chainId: chainIdOf(genesis), height: height - 1, setHash: block.header.validatorsHash }
    return (
      block.header.height === height &&
      hex(headerHash(nodePrimitives, block.header)) === hex(header) &&
      hex(block.header.appHash) === hex(stateRoot) &&
      trustAfter(nodePrimitives, trust, block, '').ok
    )
  } catch (error) {
    if (error instanceof Fault) return false
    throw error
  }
}
