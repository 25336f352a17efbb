import { readFileSync } from 'node:fs'

import { fromHex } from '@tri/units/crypto'

/** A frame as the Go implementation writes it. */
export interface Vector {
  readonly name: string
  readonly kind: 'request' | 'response'
  /** With its length before it. */
  readonly frame: Uint8Array
}

const folder = new URL('../cases/abci-messages/', import.meta.url)

export const vectors: readonly Vector[] = read('input.json').map(({ name, kind, frame }) => ({
  name: String(name),
  kind: kind === 'request' ? 'request' : 'response',
  frame: fromHex(String(frame)),
}))

/** The frames of each connection, as the engine sent them. */
export const recorded: readonly Uint8Array[] = read('recorded.json').map(({ frames }) =>
  fromHex(String(frames)),
)

function read(name: string): Record<string, unknown>[] {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
}

export function frameOf(name: string, kind: Vector['kind']): Uint8Array {
  const found = vectors.find((one) => one.name === name && one.kind === kind)
  if (found === undefined) throw new Error(`no vector ${kind} ${name}`)
  return found.frame
}
