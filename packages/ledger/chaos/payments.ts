import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import { hex, sha256 } from '@tri/units/crypto'

import type { BoxLink } from './box-link.ts'
import { PAYERS, payerId, signedBy } from './founding.ts'

/** A payment that a box said is final. */
export interface Acknowledged {
  readonly digest: string
  readonly height: number
  /** Which box said so. */
  readonly box: number
  /** From the first submission to that answer. */
  readonly ms: number
}

/** Members who pay each other, one payment after the other each. */
export interface Payments {
  readonly acknowledged: readonly Acknowledged[]
  /** Answers that no honest payment may get. */
  readonly refused: readonly string[]
  /** Pays once, as the given member, and waits until it is final somewhere. */
  pay(member: number, signal: AbortSignal): Promise<Acknowledged>
  /** Everybody pays on and on until the signal; gives when all have stopped. */
  keepPaying(signal: AbortSignal): Promise<void>
}

/** Boxes that can be asked, by their number; those that are down are left out. */
export type OpenBoxes = () => readonly { readonly box: number; readonly link: BoxLink }[]

const PATIENCE_MS = 1_500
const BREATH_MS = 50

/**
 * Members with a box each to talk to, who submit the same bytes elsewhere when they hear nothing. Nonces rise by one, so
 * that a payment lost or doubled would show.
 */
export function payments(open: OpenBoxes): Payments {
  const acknowledged: Acknowledged[] = []
  const refused: string[] = []
  const nonces = Array.from({ length: PAYERS }, () => 0)

  const pay = async (member: number, signal: AbortSignal): Promise<Acknowledged> => {
    const nonce = (nonces[member] = (nonces[member] ?? 0) + 1)
    const to = payerId((member + 1 + (nonce % (PAYERS - 1))) % PAYERS)
    const { bytes, signature } = signedBy(payerId(member), nonce, {
      kind: 'credit.transfer',
      to,
      amount: nonce,
    })
    const began = performance.now()
    for (;;) {
      signal.throwIfAborted()
      const done = await tried({ bytes, signature }, open)
      if (done?.is === 'refused') refused.push(done.reason)
      if (done?.is === 'final') {
        const one = { digest: done.digest, height: done.height, box: done.box, ms: performance.now() - began }
        acknowledged.push(one)
        return one
      }
      await pause(BREATH_MS, undefined, { signal })
    }
  }
  return {
    acknowledged,
    refused,
    pay,
    keepPaying: async (signal) => {
      await Promise.all(
        nonces.map(async (_, member) => {
          while (!signal.aborted) await pay(member, signal).catch(ignoreEnd(signal))
        }),
      )
    },
  }
}

type Tried =
  | { readonly is: 'final'; readonly digest: string; readonly height: number; readonly box: number }
  | { readonly is: 'refused'; readonly reason: string }

/** One attempt at one box; undefined when it gave no answer that settles anything. */
async function tried(
  { bytes, signature }: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
  open: OpenBoxes,
): Promise<Tried | undefined> {
  const boxes = open()
  const [dice = 0] = randomBytes(1)
  const at = boxes[dice % Math.max(1, boxes.length)]
  if (at === undefined) return undefined
  const digest = hex(sha256(bytes))
  try {
    const standing = await at.link.ask('submit', { bytes: hex(bytes), signature: hex(signature) })
    const settled =
      standing.is === 'accepted' ? await at.link.ask('settle', { digest, patienceMs: PATIENCE_MS }) : standing
    if (settled.is === 'final') return { is: 'final', digest, height: settled.height, box: at.box }
    if (settled.is === 'refused') return { is: 'refused', reason: JSON.stringify(settled.refusal) }
    return undefined
  } catch (error) {
    // The box died, was cut off, or let the patience run out: the same bytes go to another.
    if (error instanceof Error) return undefined
    throw error
  }
}

function ignoreEnd(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error
  }
}
