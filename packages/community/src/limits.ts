/** Letters of an id: it is part of a key in the book. */
export const ID_CHARACTERS_MAX = 64
/** Letters, digits and . _ : - ; starts with a letter or a digit. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/
export const NAME_CHARACTERS_MAX = 200
/** A memo or the reason of an objection: a short paragraph. */
export const REASON_CHARACTERS_MAX = 500
/** Signed bytes of one operation: a day of 10 000 meters takes 9 MB. Longer imports come as several operations. */
export const OPERATION_BYTES_MAX = 16_777_216
/** Members, and meters, that one founding or one batch of statements names. */
export const ENTRIES_MAX = 131_072
/** Nodes of the network: room for a site and three levels above it for every meter. */
export const NODES_MAX = 4 * ENTRIES_MAX
/** Slots settled at once: a local October, 31 days and an hour. */
export const SETTLEMENT_SLOTS_MAX = 2_980
/** Meters x slots settled at once: 11 000 meters for a month. A larger community settles by the week or the day. */
export const SETTLEMENT_CELLS_MAX = 33_554_432
/** What one meter can import or export in a slot: 10 MWh is 40 MW, beyond any neighbour's connection. */
export const STATEMENT_WH_MAX = 10_000_000
/** Keys of one member: a phone, a node, a spare, and what a household adds to them. */
export const KEYS_PER_MEMBER_MAX = 8
/** Holds one account may have open: releasing those that expire together stays a small piece of work. */
export const HOLDS_PER_ACCOUNT_MAX = 100
/** Letters of `host:port`: a DNS name of the usual length, or an IPv6 address with its zone. */
export const STEWARD_ADDRESS_CHARACTERS_MAX = 128
/** Addresses of one steward: the local network, the mesh, a public one, a spare. */
export const STEWARD_ADDRESSES_MAX = 4
/** 3f + 1: each size bears f stewards that fail or lie, and the sizes between bear no more than the one below. */
export const STEWARD_COUNTS: readonly number[] = [1, 4, 7, 10, 13]
/** Entries that a proposal is read with, so that one of a wrong size is refused by name. */
export const STEWARDS_NAMED_MAX = 64
/** The rules that a community is founded under. */
export const PROTOCOL_FIRST = 1
/** Days after a period is certified in which a member may object. */
export const OBJECTION_DAYS = 30
export const OBJECTION_MS = OBJECTION_DAYS * 86_400_000
/** Gaps that a report of completeness names; it counts them all. */
export const GAPS_NAMED_MAX = 100
/** Lines of an account given at once. */
export const LINES_MAX = 1_000
