import { addressOf } from '@tri/contract/client'
import { accept, refuse, type Outcome } from '@tri/units'

import type { Problem } from './loaded.ts'
import { nodeAddress } from './node.ts'

/** The bytes of the proof of my balance, as this node makes it: whether it is true is not for the node to say. */
export async function myProof(stop: AbortSignal): Promise<Outcome<Uint8Array, Problem>> {
  const address = nodeAddress(addressOf('myProof'))
  try {
    const answer = await fetch(address, { credentials: 'same-origin', signal: stop })
    if (answer.ok) return accept(new Uint8Array(await answer.arrayBuffer()))
    return refuse(problemFrom(await answer.json(), answer.status))
  } catch (cause) {
    return refuse({ code: 'node-unreachable', detail: String(cause), next: '' })
  }
}

function problemFrom(answer: unknown, status: number): Problem {
  const text = (name: string): string => {
    const value: unknown =
      typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined
    return typeof value === 'string' ? value : ''
  }
  return { code: text('code') || `HTTP ${status}`, detail: text('detail'), next: text('next') }
}
