import { memoryStore } from '@tri/community'
import { prova, seededKey, stageFor, type Stage } from '@tri/community/testing'
import { accept, type Canonical } from '@tri/units'
import type { KeyPair } from '@tri/units/crypto'

import { admissionOf } from '../../src/channel/admission.ts'
import { serving, type Desk, type DoorLimits, type Served } from '../../src/channel/desk.ts'
import { openDoor, type Door } from '../../src/channel/door.ts'
import type { PinnedDoor } from '../../src/channel/door-link.ts'
import { invitationsIn, type Invitations } from '../../src/channel/invitations.ts'
import type { Rate } from '../../src/channel/rate-limit.ts'
import { doorRequests, type RequestName } from '../../src/channel/requests.ts'
import { signWarrant, type Warrant } from '../../src/channel/warrant.ts'

export const CHAIN = 'tri-prova'
const nothing = new Uint8Array()
const digest = new Uint8Array(32)

/** An answer of the declared form to each request, the same for everybody who may ask. */
const answers: Readonly<Record<Exclude<RequestName, 'hello'>, Canonical>> = {
  genesis: { document: nothing },
  tip: { height: 1, block: nothing },
  changes: { blocks: [], more: false },
  proof: { proof: nothing },
  lines: { lines: [] },
  totals: { totals: [] },
  community: { name: 'Prova', timezone: 'Europe/Rome', limit: 0, members: [] },
  submit: { is: 'accepted' },
  standing: { is: 'unknown' },
  settled: { is: 'final', height: 3, sequence: 4 },
  snapshot: {},
  chunk: { chunk: nothing },
  document: { document: nothing },
  ready: {},
  blocks: { blocks: [] },
  lastSigned: { isAlive: false },
}

/** An input of the right form for each request. */
export const inputs: Readonly<Record<RequestName, Canonical>> = {
  hello: {},
  genesis: {},
  tip: {},
  changes: { from: 0 },
  proof: { is: 'balance' },
  lines: { most: 10 },
  totals: { firstSlot: 0, slots: 4 },
  community: {},
  submit: { bytes: nothing, signature: new Uint8Array(64) },
  standing: { digest: '0'.repeat(64) },
  settled: { digest: '0'.repeat(64), waitMs: 0 },
  snapshot: {},
  chunk: { height: 1, index: 0 },
  document: {},
  ready: {
    memberKey: digest,
    entry: { member: 'home-1', key: digest, node: new Uint8Array(20), tls: digest, addresses: [] },
    height: 1,
    stateRoot: digest,
  },
  blocks: { from: 1, most: 1 },
  lastSigned: { key: digest },
}

const served = (name: Exclude<RequestName, 'hello'>): Served => ({
  for: doorRequests[name].for,
  answer: (_, input) =>
    doorRequests[name].input.safeParse(input).success ? accept(answers[name]) : undefined,
})

/** A desk that answers everything that is asked in the right form. */
export const openDesk = Object.fromEntries(
  Object.keys(answers).map((name) => [name, served(name as keyof typeof answers)]),
) as unknown as Desk

/** A steward's door at Prova, with the keys of everybody who may come. */
export interface OpenDoor extends AsyncDisposable {
  readonly door: Door
  readonly pinned: PinnedDoor
  readonly stage: Stage
  readonly invitations: Invitations
  readonly failures: unknown[]
  /** Stewards of now; a test may vote one out. */
  readonly stewards: { member: string; tls: Uint8Array }[]
  readonly warrantFor: (member: string, box: KeyPair, days?: number) => Warrant
}

const DAY_MS = 86_400_000

export async function openDoorAtProva(
  of: {
    readonly desk?: Partial<Desk>
    readonly rate?: Rate
    readonly limits?: Partial<DoorLimits>
    readonly now?: () => number
    readonly host?: string
  } = {},
): Promise<OpenDoor> {
  const stage = stageFor(prova())
  const now = of.now ?? (() => stage.now())
  const key = seededKey('door')
  const stewards = [{ member: 'coop', tls: seededKey('steward-box').publicKey }]
  const invitations = invitationsIn(memoryStore(), now)
  const failures: unknown[] = []
  const door = await openDoor(
    {
      key,
      chain: CHAIN,
      now,
      admission: admissionOf({
        store: stage.book.store,
        chain: CHAIN,
        now,
        stewards: () => stewards,
        invitations,
      }),
      desk: { ...openDesk, ...of.desk },
      failed: (cause) => failures.push(cause),
      ...(of.rate === undefined ? {} : { rate: of.rate }),
      ...(of.limits === undefined ? {} : { limits: of.limits }),
    },
    { host: of.host ?? '::1', port: 0 },
  )
  return {
    door,
    pinned: { host: '::1', port: door.port, tls: key.publicKey },
    stage,
    invitations,
    failures,
    stewards,
    warrantFor: (member, box, days = 30) =>
      signWarrant(seededKey(member), {
        chain: CHAIN,
        member,
        tls: box.publicKey,
        at: now(),
        until: now() + days * DAY_MS,
      }),
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
  }
}

export { seededKey, serving }
