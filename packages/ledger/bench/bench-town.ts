import {
  OPERATION_VERSION,
  settlementDraft,
  signOperation,
  type Act,
  type KeyValue,
  type MeterEntry,
  type NodeEntry,
  type Operation,
  type SignedOperation,
} from '@tri/community'
import type { MatchKernel } from '@tri/exchange'
import { must, slot, type Canonical } from '@tri/units'
import { keyPairFromSeed, sha256, type KeyPair } from '@tri/units/crypto'

/** The first slot that the town states: 8 July 1998, far from everything. */
const FIRST_SLOT = 1_000_000
const SLOT_MS = 900_000
const VALID_MS = 10_000 * 86_400_000
const COORDINATOR = 'm0000'
const CHARTER: Canonical = {
  rule: 'neighbour-first',
  creditPerKwh: { home: '0.10', building: '0.11', street: '0.12', transformer: '0.13', substation: '0.14' },
  feePerKwh: '0.01',
  limit: '1000',
}

/** A town whose members have one meter each, with everybody's keys. */
export interface BenchTown {
  readonly key: KeyPair
  founding(): SignedOperation
  /** Everybody's statements of the n-th quarter hour, in one operation. */
  statements(n: number): SignedOperation
  settlement(n: number, store: KeyValue, kernel: MatchKernel): SignedOperation
  /** Member `by` pays another 1 µCC. */
  payment(by: number): SignedOperation
}

const named = (letter: string, i: number): string => `${letter}${String(i).padStart(4, '0')}`

function streets(): NodeEntry[] {
  const nodes: NodeEntry[] = [{ id: 'sub', ring: 'substation', nanoOhm: 0 }]
  for (let t = 0; t < 4; t++) {
    nodes.push({ id: `t${t}`, ring: 'transformer', parent: 'sub', nanoOhm: 1000 })
    for (let s = 0; s < 10; s++)
      nodes.push({ id: `t${t}s${s}`, ring: 'street', parent: `t${t}`, nanoOhm: 1000 })
  }
  return nodes
}

/** Signs for the members of a town, by their numbers, each with her next nonce. */
function signing(keys: readonly KeyPair[]) {
  const nonces = new Map<number, number>()
  let count = 0
  return (by: number, at: number, act: Act): SignedOperation => {
    const key = keys[by]
    must(key !== undefined, 'a member of the town signs')
    const nonce = (nonces.get(by) ?? 0) + 1
    nonces.set(by, nonce)
    const operation: Operation = {
      v: OPERATION_VERSION,
      community: 'town',
      id: uuidOf(++count),
      by: named('m', by),
      key: key.publicKey,
      at,
      expiresAt: at + VALID_MS,
      nonce,
      ...act,
    }
    return signOperation(key, operation)
  }
}

function foundingAct(keys: readonly KeyPair[], meters: readonly MeterEntry[]): Act {
  const sites = meters.map(({ site }, i): NodeEntry => {
    return { id: site, ring: 'home', parent: `t${i % 4}s${Math.floor(i / 4) % 10}`, nanoOhm: 1000 }
  })
  const members = keys.map(({ publicKey }, i) => {
    return { id: named('m', i), kind: 'household' as const, keys: [publicKey] }
  })
  return {
    kind: 'community.found',
    name: 'Town',
    timezone: 'Europe/Rome',
    coordinator: COORDINATOR,
    network: [...streets(), ...sites],
    members,
    meters,
    charter: CHARTER,
    leafSecret: sha256(new TextEncoder().encode('tri/bench-leaf-secret')),
  }
}

/** Founds nothing yet: makes a town of so many members. */
export function benchTown(size: number): BenchTown {
  const keys = Array.from({ length: size }, (_, i) =>
    keyPairFromSeed(sha256(new TextEncoder().encode(`tri/bench-key/${i}`))),
  )
  const [key] = keys
  must(key !== undefined, 'a town has a coordinator')
  const sign = signing(keys)
  const meters = keys.map((_, i): MeterEntry => {
    return { id: named('e', i), member: named('m', i), site: `site${i}`, from: 0 }
  })
  let paid = 0
  return {
    key,
    founding: () => sign(0, FIRST_SLOT * SLOT_MS, foundingAct(keys, meters)),
    statements: (n) =>
      sign(0, (FIRST_SLOT + n + 1) * SLOT_MS, {
        kind: 'energy.statements',
        correction: false,
        statements: meters.map(({ id }, i) => ({ meter: id, firstSlot: FIRST_SLOT + n, ...readings(i, n) })),
      }),
    settlement(n, store, kernel) {
      const draft = settlementDraft(store, { firstSlot: slot(FIRST_SLOT + n), slots: 1 }, kernel)
      must(draft.ok, 'the quarter hour can be settled')
      return sign(0, (FIRST_SLOT + n + 1) * SLOT_MS + 1, { kind: 'energy.settle', ...draft.value.claim })
    },
    payment: (by) =>
      sign(by, FIRST_SLOT * SLOT_MS + ++paid, {
        kind: 'credit.transfer',
        to: named('m', (by + 1 + (paid % (size - 1))) % size),
        amount: 1,
      }),
  }
}

function word(value: number): Uint8Array {
  return new Uint8Array(new Int32Array([value]).buffer)
}

/** Two homes in three draw, the third gives; numbers of their own in each quarter hour. */
function readings(i: number, n: number) {
  const wh = (i * 7919 + n * 104_729) % 500
  return {
    importWh: word(i % 3 === 0 ? 0 : wh),
    exportWh: word(i % 3 === 0 ? wh : 0),
    quality: Uint8Array.of(1),
  }
}

/** Ids as a node makes them, which no compression shortens, and the same in every run. */
function uuidOf(count: number): string {
  const digits = Buffer.from(sha256(new TextEncoder().encode(`id ${count}`))).toString('hex')
  return [8, 12, 16, 20, 32].map((end, i) => digits.slice([0, 8, 12, 16, 20][i], end)).join('-')
}
