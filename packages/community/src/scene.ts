import type { MatchKernel } from '@tri/exchange'
import type { EpochMs, MicroCredit, Outcome } from '@tri/units'

import type { CommunityEvent } from './event.ts'
import type { KeyValue } from './key-value.ts'
import type { CommunityRefusal } from './refusal.ts'
import { no } from './refusal.ts'
import type { Head, Member } from './state.ts'

/** What an operation plays on: the book below an overlay, and who acts when. */
export interface Scene {
  readonly store: KeyValue
  readonly head: Head
  readonly signer: Member
  /** The number this operation will have if it is applied. */
  readonly sequence: number
  readonly bookTime: EpochMs
  readonly kernel: MatchKernel
  /** The limit of accounts that have none of their own: the charter's, at the book's time. */
  readonly limitInForce: () => MicroCredit
}

export type Played = Outcome<readonly CommunityEvent[], CommunityRefusal>

export function isCoordinator(scene: Scene): boolean {
  return scene.signer.id === scene.head.coordinator
}

/** The refusal for a member who does what only the coordinator may. */
export function coordinatorOnly(scene: Scene): ReturnType<typeof no> | undefined {
  return isCoordinator(scene) ? undefined : no('coordinator-only', { coordinator: scene.head.coordinator })
}
