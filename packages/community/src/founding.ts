import { charterFrom } from '@tri/exchange'
import { accept, epochMs, slot, type Outcome } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { writeCharter } from './charters.ts'
import type { KeyValue } from './key-value.ts'
import { charterRefused, fitting } from './network.ts'
import type { OperationOf } from './operation.ts'
import { COMMONS, NEW_ACCOUNT } from './posting.ts'
import { no, type CommunityRefusal } from './refusal.ts'
import { addMeter, joinMember, treeOfMeters } from './registry.ts'
import { stateKeys } from './state-keys.ts'
import { metersIn, readMember, writeAccount, writeNetwork, type Head, type Member } from './state.ts'
import { writeFoundingSteward } from './stewards.ts'

/** What a founding leaves: the head of the book, and the coordinator who signed. */
export interface Founded {
  readonly head: Head
  readonly coordinator: Member
}

/**
 * Writes a community into an empty book. The founding is the book's first operation, and its digest the root of trust.
 */
export function found(
  store: KeyValue,
  operation: OperationOf<'community.found'>,
  genesis: string,
): Outcome<Founded, CommunityRefusal> {
  const first = 1
  writeAccount(store, COMMONS, NEW_ACCOUNT)
  for (const entry of operation.members) {
    const joined = joinMember(store, entry, operation.at)
    if (!joined.ok) return joined
  }
  const coordinator = readMember(store, operation.coordinator)
  const signs = operation.by === coordinator?.id && coordinator.keys.includes(hex(operation.key))
  if (coordinator === undefined || !signs)
    return no('coordinator-unknown', { coordinator: operation.coordinator })
  writeFoundingSteward(store, coordinator.id, operation.key)
  writeNetwork(store, operation.network)
  if (operation.leafSecret !== undefined) store.set(stateKeys.leafSecret, operation.leafSecret)
  for (const entry of operation.meters) {
    const wrong = addMeter(store, entry, first)
    if (wrong !== undefined) return { ok: false, refusal: wrong }
  }
  const tree = treeOfMeters(store, metersIn(store))
  if (!tree.ok) return tree
  const charter = charterFrom(operation.charter)
  if (!charter.ok) return charterRefused(charter.refusal)
  const fit = fitting(charter.value, tree.value)
  if (!fit.ok) return fit
  writeCharter(store, charter.value, operation.charter)
  return accept({ head: firstHead(operation, genesis), coordinator })
}

function firstHead(operation: OperationOf<'community.found'>, genesis: string): Head {
  const { community, name, timezone, language, coordinator, at } = operation
  return {
    community,
    name,
    timezone,
    ...(language === undefined ? {} : { language }),
    coordinator,
    genesis,
    sequence: 0,
    bookTime: epochMs(at),
    settledUntil: slot(0),
  }
}
