import { PROTOCOL_FIRST, apply, protocolSteps, type ApplyPorts, type KeyValue } from '@tri/community'
import { Fault } from '@tri/units'

import type { SignedBytes } from '../ordering.ts'
import type { Applied } from './trail.ts'

/** A version of the rules that this program knows. */
export interface Protocol {
  apply(store: KeyValue, operation: SignedBytes, ports: ApplyPorts): Applied
  /** Moves the records of the version before to this one's form, once, before its first block. */
  migrate?(store: KeyValue): void
}

/** Every version that a program knows, by its number. */
export type Protocols = ReadonlyMap<number, Protocol>

/** The versions that this program knows. */
export const PROTOCOLS: Protocols = new Map([[PROTOCOL_FIRST, { apply }]])

/** The version that a block of this height is made under. */
export function versionAt(state: KeyValue, height: number): number {
  return protocolSteps(state).findLast((step) => step.height <= height)?.version ?? PROTOCOL_FIRST
}

/** @throws Fault `program-too-old` */
export function protocolOf(protocols: Protocols, version: number, height: number): Protocol {
  const protocol = protocols.get(version)
  if (protocol === undefined) throw new Fault('program-too-old', { version, height })
  return protocol
}
