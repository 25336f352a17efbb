import { setTimeout as pause } from 'node:timers/promises'

import { Fault, must } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { lightBlockBytes, lightBlockFrom, withFewestSignatures } from '../chain/light-block-bytes.ts'
import type { LightBlock } from '../chain/light-block.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import type { Replica } from '../replica/replica.ts'
import { lightBlockAt } from './engine-answers.ts'
import type { EngineRpc } from './engine-rpc.ts'

/** What certifies the roots of a book that this engine goes on with. */
export interface BlockCertificates {
  /** The light block whose header carries the state root after a height. @throws Fault `engine-silent` */
  of(height: number): Promise<LightBlock>
  /** Puts the next ones that the engine has into the book, where they stay when the engine's own blocks are gone. */
  keepSome(): Promise<void>
}

export interface CertificatePorts {
  readonly rpc: EngineRpc
  readonly replica: Replica
  readonly initialHeight: number
  readonly signal: AbortSignal
}

/** The block after a changed root follows within a round; more than this and there is no quorum. */
const PATIENCE_MS = 15_000
const AGAIN_MS = 20
/** Certificates put into the book at once. Each waits for the disk, and the book must not: after a burst the rest has time. */
const KEPT_AT_ONCE = 5

export function blockCertificates({
  rpc,
  replica,
  initialHeight,
  signal,
}: CertificatePorts): BlockCertificates {
  let kept = lastKept(replica, initialHeight)
  const carries = ({ header }: LightBlock, height: number): boolean => {
    const root = height === replica.height ? replica.stateRoot : replica.blockRecord(height)?.stateRoot
    return root !== undefined && hex(header.appHash) === hex(root)
  }
  return {
    async of(height) {
      must(height <= replica.height, 'only what is final can be certified', { height })
      const old = height + 1 < initialHeight ? replica.certificate(height) : undefined
      if (old !== undefined) return lightBlockFrom(nodePrimitives, old)
      const until = performance.now() + PATIENCE_MS
      for (;;) {
        // The block after carries the root; where a block changed nothing, its own header carries the same one.
        const found = (await blockAt(rpc, height + 1)) ?? (await blockAt(rpc, height))
        if (found !== undefined && carries(found, height)) return found
        if (performance.now() > until)
          throw new Fault('engine-silent', {
            question: `certified(${height})`,
            reason: 'no later block was signed',
          })
        await pause(AGAIN_MS, undefined, { signal })
      }
    },
    async keepSome() {
      // A book that was restored from a snapshot begins later, and so do the engine's blocks.
      while (kept > 0 && kept < replica.height && replica.blockRecord(kept) === undefined) kept++
      for (let left = KEPT_AT_ONCE; left > 0 && kept < replica.height; left--) {
        const block = await blockAt(rpc, kept + 1)
        if (block === undefined) return
        replica.keepCertificate(kept, lightBlockBytes(withFewestSignatures(block)))
        kept++
      }
    },
  }
}

/** The height up to which the book has a certificate of every root since this engine began. */
function lastKept(replica: Replica, initialHeight: number): number {
  let height = replica.height
  while (height >= initialHeight && replica.certificate(height - 1) === undefined) height--
  return Math.max(height, initialHeight - 1)
}

async function blockAt(rpc: EngineRpc, height: number): Promise<LightBlock | undefined> {
  try {
    return await lightBlockAt(rpc, height)
  } catch (error) {
    if (error instanceof Fault && error.code === 'engine-refused') return undefined
    throw error
  }
}
