import { Fault, SLOT_MAX, fromCanonicalBytes, type Canonical } from '@tri/units'

import {
  ENTRIES_MAX,
  ID_PATTERN,
  KEYS_PER_MEMBER_MAX,
  NAME_CHARACTERS_MAX,
  NODES_MAX,
  REASON_CHARACTERS_MAX,
  SETTLEMENT_SLOTS_MAX,
  STEWARDS_NAMED_MAX,
  STEWARD_ADDRESSES_MAX,
  STEWARD_ADDRESS_CHARACTERS_MAX,
} from './limits.ts'
import {
  MEMBER_KINDS,
  NODE_RINGS,
  OPERATION_VERSION,
  type Operation,
  type OperationKind,
} from './operation.ts'
import {
  both,
  bytes,
  isObject,
  list,
  malformed,
  matching,
  oneOf,
  optional,
  pair,
  record,
  text,
  truth,
  whole,
  type Shape,
} from './shape.ts'

const KEY_BYTES = 32
const DIGEST_BYTES = 32
const NODE_ID_BYTES = 20
const SIGNATURE_BYTES = 64
const SECRET_BYTES = 32

const id = matching(ID_PATTERN, 'an id: letters, digits and . _ : -, at most 64')
const name = text(NAME_CHARACTERS_MAX)
const key = bytes(KEY_BYTES)
const digest = bytes(DIGEST_BYTES)
const slotNumber = whole(0, SLOT_MAX)
const slotCount = whole(1, SETTLEMENT_SLOTS_MAX)
const amount = whole(1)

const envelope = {
  v: oneOf([OPERATION_VERSION]),
  community: id,
  id,
  by: id,
  key,
  at: whole(0),
  expiresAt: whole(0),
  nonce: whole(1),
}

const node = record({ id, ring: oneOf(NODE_RINGS), parent: optional(id), nanoOhm: whole(0) })
const member = record({
  id,
  name: optional(name),
  kind: oneOf(MEMBER_KINDS),
  keys: list(key, KEYS_PER_MEMBER_MAX),
})
const meter = record({ id, member: id, site: id, from: slotNumber })
const statement = record({
  meter: id,
  firstSlot: slotNumber,
  importWh: bytes(),
  exportWh: bytes(),
  quality: bytes(),
})
/** What a charter says is checked by the exchange; here it only has to be an object. */
const charter: Shape<Canonical> = (value, place) => {
  if (!isObject(value)) throw malformed(place, 'a charter')
  return value as Canonical
}
const range = { firstSlot: slotNumber, slots: slotCount }
const claim = {
  ...range,
  charterVersion: whole(1, SLOT_MAX),
  readingsRoot: digest,
  root: digest,
  deltas: list(pair(id, whole(-Number.MAX_SAFE_INTEGER)), ENTRIES_MAX),
}
/** A host is a name, an IPv4 address, or an IPv6 address in brackets: it is written into the engine's configuration. */
const address = matching(
  /^(?:\[[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9._-]{1,32})?\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):[1-9][0-9]{0,4}$/,
  'a host, a colon and a port',
)
const steward = record({
  member: id,
  key,
  node: bytes(NODE_ID_BYTES),
  tls: key,
  addresses: list(both(text(STEWARD_ADDRESS_CHARACTERS_MAX), address), STEWARD_ADDRESSES_MAX),
})
const protocol = record({ version: whole(1), height: whole(1) })
const memo = optional(text(REASON_CHARACTERS_MAX))

const shapes: Readonly<Record<OperationKind, Shape<unknown>>> = {
  'community.found': act('community.found', {
    name,
    timezone: text(64),
    language: optional(text(16)),
    coordinator: id,
    network: list(node, NODES_MAX),
    members: list(member, ENTRIES_MAX),
    meters: list(meter, ENTRIES_MAX),
    charter,
    leafSecret: optional(bytes(SECRET_BYTES)),
  }),
  'member.join': act('member.join', { member }),
  'member.key': act('member.key', { member: id, change: oneOf(['add', 'remove']), memberKey: key }),
  'member.leave': act('member.leave', { member: id }),
  'site.add': act('site.add', { site: node }),
  'meter.add': act('meter.add', { meter }),
  'meter.retire': act('meter.retire', { meter: id, until: slotNumber }),
  'charter.amend': act('charter.amend', { charter }),
  'credit.transfer': act('credit.transfer', { to: id, amount, memo }),
  'credit.hold': act('credit.hold', { to: id, amount, holdExpiresAt: whole(0), memo }),
  'credit.capture': act('credit.capture', { hold: id, amount }),
  'credit.release': act('credit.release', { hold: id }),
  'credit.limit': act('credit.limit', { account: id, limit: optional(whole(0)) }),
  'energy.statements': act('energy.statements', {
    source: optional(name),
    correction: truth,
    statements: list(statement, ENTRIES_MAX),
  }),
  'energy.settle': act('energy.settle', claim),
  'energy.restate': act('energy.restate', { ...claim, version: whole(2, SLOT_MAX) }),
  'energy.finalise': act('energy.finalise', range),
  'energy.object': act('energy.object', { ...range, reason: text(REASON_CHARACTERS_MAX) }),
  'steward.propose': act('steward.propose', {
    stewards: list(steward, STEWARDS_NAMED_MAX),
    protocol: optional(protocol),
  }),
  'steward.approve': act('steward.approve', { proposal: id }),
  'steward.refound': act('steward.refound', {
    stewards: list(steward, STEWARDS_NAMED_MAX),
    previous: record({ genesis: digest, height: whole(1), block: digest }),
    signatures: list(record({ member: id, key, signature: bytes(SIGNATURE_BYTES) }), ENTRIES_MAX),
  }),
}

function act(kind: OperationKind, fields: Readonly<Record<string, Shape<unknown>>>): Shape<unknown> {
  return record({ ...envelope, kind: oneOf([kind]), ...fields })
}

/**
 * The operation that canonical bytes hold.
 *
 * @throws Fault `bytes-not-canonical`, `version-unknown` or `operation-malformed`; the door turns it into a refusal
 */
export function operationFrom(canonical: Uint8Array): Operation {
  const value = fromCanonicalBytes(canonical)
  if (!isObject(value)) throw malformed('operation', 'named fields')
  const { v } = value
  if (typeof v === 'number' && v !== OPERATION_VERSION) throw new Fault('version-unknown', { version: v })
  const kind = Object.keys(shapes).find((one) => one === value['kind'])
  if (kind === undefined) throw malformed('operation.kind', 'a known kind of operation')
  return shapes[kind as OperationKind](value, 'operation') as Operation
}
