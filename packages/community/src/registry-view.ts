import type { NeighbourTree } from '@tri/exchange'
import { present, type Outcome } from '@tri/units'
import { fromHex, hex, sha256, sha256Over } from '@tri/units/crypto'

import { keysUnder, type KeyValue } from './key-value.ts'
import type { OperationKind } from './operation.ts'
import type { CommunityRefusal } from './refusal.ts'
import { treeOfMeters } from './registry.ts'
import { metersIn, type Meter } from './state.ts'
import { stateKeys } from './state-keys.ts'

/** The meters and where they hang, as settlements and statements look them up. Nobody changes it. */
export interface RegistryView {
  /** By id, which is the order of columns. */
  readonly meters: readonly Meter[]
  readonly meterOf: ReadonlyMap<string, Meter>
  /** One a meter. */
  readonly memberOf: readonly string[]
  /** Of all meters. */
  readonly tree: Outcome<NeighbourTree, CommunityRefusal>
}

/** The operations that change the network or a meter. */
const CHANGES: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'community.found',
  'site.add',
  'meter.add',
  'meter.retire',
])

/** Views kept: the books of a simulated quorum are mostly at the same one, and tests have a few communities at a time. */
const VIEWS_MAX = 8
const views = new Map<string, RegistryView>()

/**
 * The meters and their tree. They change a few times a year and are read with every slot, so they are read again only
 * when the book's mark of them is another: equal marks stand for equal contents, in whichever book or overlay.
 */
export function registryView(store: KeyValue): RegistryView {
  const mark = store.get(stateKeys.registry)
  // A book from before the mark gets one with its next meter or site.
  if (mark === undefined) return viewOf(store)
  const name = hex(mark)
  const view = views.get(name) ?? viewOf(store)
  views.delete(name)
  views.set(name, view)
  if (views.size > VIEWS_MAX) views.delete(present(views.keys().next().value, 'a full map has a first key'))
  return view
}

function viewOf(store: KeyValue): RegistryView {
  const meters = metersIn(store)
  return {
    meters,
    meterOf: new Map(meters.map((meter) => [meter.id, meter])),
    memberOf: meters.map(({ member }) => member),
    tree: treeOfMeters(store, meters),
  }
}

/**
 * Marks what an applied operation left of the registry: a digest of the mark before, the operation and its number, which
 * together decide it. The first mark is a digest of the contents themselves. Whoever changes meters or sites in another way,
 * as new rules might when they come into force, deletes the mark: the next one begins from the contents again.
 */
export function markRegistry(
  store: KeyValue,
  operation: { readonly kind: OperationKind; readonly digest: string; readonly sequence: number },
): void {
  if (!CHANGES.has(operation.kind)) return
  const before = store.get(stateKeys.registry)
  const mark =
    before === undefined
      ? sha256Over(contentsOf(store))
      : sha256(before, fromHex(operation.digest), new TextEncoder().encode(String(operation.sequence)))
  store.set(stateKeys.registry, mark)
}

function* contentsOf(store: KeyValue): Iterable<Uint8Array> {
  yield present(store.get(stateKeys.network), 'a founded community has a network')
  for (const [, bytes] of store.entries(keysUnder('meter'))) yield bytes
}
