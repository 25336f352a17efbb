import { join } from 'node:path'

import {
  genesisDigest,
  headerHash,
  lightBlockBytes,
  nodePrimitives,
  openAnchorQueue,
  type AnchorPlace,
  type AnchorReceipt,
  type AnchorVote,
  type LightBlock,
  type Placement,
} from '@tri/ledger'
import { Fault } from '@tri/units'
import { fromHex, hex } from '@tri/units/crypto'

import { readAnchorSettings } from '../anchor/anchor-settings.ts'
import { openAnchor, type OpenAnchor } from '../anchor/open-anchor.ts'
import type { OpenNode } from '../daemon/open-node.ts'

/** How long a command waits for the anchor altogether. */
const PATIENCE_MS = 120_000
const QUEUE_FILE = 'anchor-queue.json'
const VOTE = /^tri-anchor:(\d{1,15}):(0x[0-9a-fA-F]{40}):([0-9a-f]{128})$/

/** A checkpoint as a command shows it. */
interface ShownReceipt {
  readonly height: number
  readonly header: string
  readonly place: AnchorPlace
}

/** What waits for the anchor, what lies there, and what the book has since. */
export async function anchorStatus(node: OpenNode) {
  const { settings, anchor } = await anchorOf(node)
  const { waiting, placed, isDeep } = queueOf(node, anchor).status()
  return {
    kind: settings.kind,
    height: node.ordering.status().height,
    waiting: waiting?.checkpoint.height ?? null,
    placed: placed === undefined ? null : shown(placed),
    isDeep,
  }
}

/** This steward's vote for the checkpoint of a height, as a text for the one who places it. */
export async function anchorVote(node: OpenNode, height: number | undefined) {
  const { anchor } = await anchorOf(node)
  const { checkpoint } = placementOf(node, await certifiedAt(node, height))
  const vote = await anchor.vote(checkpoint)
  if (vote === undefined) throw new Fault('anchor-key-absent')
  return { height: checkpoint.height, vote: voteText(checkpoint.height, vote) }
}

/**
 * Hangs the checkpoint of a height, the newest when left out, or leaves it waiting when the link is down.
 *
 * @param votes texts of other stewards' votes; this steward's own is added
 * @throws Fault with the anchor's refusal, `anchor-vote-unusable`
 */
export async function placeAnchor(
  node: OpenNode,
  { height, votes }: { readonly height: number | undefined; readonly votes: readonly string[] },
) {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const { anchor } = await anchorOf(node)
  const placement = placementOf(node, await certifiedAt(node, height))
  const given = votes.map((text) => voteFrom(text, placement.checkpoint.height))
  const own = await anchor.vote(placement.checkpoint)
  const queue = queueOf(node, anchor)
  queue.add({ ...placement, votes: own === undefined ? given : [...given, own] })
  try {
    await anchor.register(signal)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'anchor-unreachable') throw error
    return { is: 'waiting', height: placement.checkpoint.height, receipt: null } as const
  }
  const step = await queue.step(signal)
  if (step.is === 'refused') throw new Fault(step.refusal)
  if (step.is === 'placed')
    return { is: 'placed', height: placement.checkpoint.height, receipt: shown(step.receipt) } as const
  return { is: 'waiting', height: placement.checkpoint.height, receipt: null } as const
}

/** Looks up what hangs there, and compares it with the book of this box. */
export async function verifyAnchor(node: OpenNode) {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const { anchor } = await anchorOf(node)
  const receipt = await anchor.anchor.find(digestOf(node), signal)
  if (receipt === undefined) return { found: null, agrees: true, standing: null }
  const own = await headerAt(node, receipt.checkpoint.height)
  return {
    found: shown(receipt),
    /** False: the anchor holds another history than this box. */
    agrees: own === undefined || own === hex(receipt.checkpoint.header),
    /** Null: this box has no certified block of that height to compare with. */
    compared: own !== undefined,
    standing: (await anchor.anchor.verify(receipt, signal)).is,
  }
}

async function anchorOf(node: OpenNode) {
  const settings = await readAnchorSettings(node.folder.path)
  return { settings, anchor: await openAnchor(settings, digestOf(node)) }
}

function queueOf(node: OpenNode, { anchor }: OpenAnchor) {
  return openAnchorQueue({ path: join(node.folder.path, QUEUE_FILE), anchor })
}

function digestOf({ ledger: { genesis } }: OpenNode): Uint8Array {
  return genesisDigest(nodePrimitives, genesis)
}

async function certifiedAt({ ordering }: OpenNode, height: number | undefined): Promise<LightBlock> {
  return height === undefined ? ordering.certified() : ordering.certified(height - 1)
}

function placementOf(node: OpenNode, block: LightBlock): Placement {
  const { header } = block
  return {
    checkpoint: {
      genesis: digestOf(node),
      height: header.height,
      header: headerHash(nodePrimitives, header),
      stateRoot: header.appHash,
    },
    votes: [],
    certificate: lightBlockBytes(block),
  }
}

/** Hash of the header of a height in this box's own chain: the block that carries the root after it, or before it. */
async function headerAt({ ordering }: OpenNode, height: number): Promise<string | undefined> {
  for (const rootAfter of [height - 1, height]) {
    if (rootAfter < 1 || rootAfter > ordering.status().height) continue
    const { header } = await ordering.certified(rootAfter)
    if (header.height === height) return hex(headerHash(nodePrimitives, header))
  }
  return undefined
}

function shown({ checkpoint, place }: AnchorReceipt): ShownReceipt {
  return { height: checkpoint.height, header: hex(checkpoint.header), place }
}

function voteText(height: number, { key, signature }: AnchorVote): string {
  return `tri-anchor:${height}:${key}:${hex(signature)}`
}

function voteFrom(text: string, height: number): AnchorVote {
  const [, of, key, signature] = VOTE.exec(text.trim()) ?? []
  if (Number(of) !== height || !isAddress(key) || signature === undefined)
    throw new Fault('anchor-vote-unusable', { height, vote: text })
  return { key, signature: fromHex(signature) }
}

function isAddress(key: string | undefined): key is `0x${string}` {
  return key?.startsWith('0x') === true
}
