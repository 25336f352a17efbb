/** Digits of a slot in a key: SLOT_MAX has nine. */
const SLOT_DIGITS = 9
const DAY_DIGITS = 7
/** Digits of any safe integer. */
const NUMBER_DIGITS = 16

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}

/** Keys of one kind that are kept: room for every account and meter of a large community. */
const KEYS_KEPT_MAX = 16_384

/**
 * Keys under a prefix, kept once they were asked for: an engine's map is quick with a text it has seen, and has to join
 * and read a new one letter by letter.
 */
function keptKeys(prefix: string): (id: string) => string {
  const keys = new Map<string, string>()
  return (id) => {
    let key = keys.get(id)
    if (key === undefined) {
      key = prefix + id
      if (keys.size === KEYS_KEPT_MAX) keys.clear()
      keys.set(id, key)
    }
    return key
  }
}

/** The keys of the day that was asked for last: a day's quarter hours come one after another. */
let lastDay = { day: -1, keyOf: keptKeys('') }

function statementKey(day: number, meter: string): string {
  if (lastDay.day !== day) lastDay = { day, keyOf: keptKeys(`statement/${padded(day, DAY_DIGITS)}/`) }
  return lastDay.keyOf(meter)
}

/** Where things lie in the book. Numbers are padded, so that the order of keys is the order of numbers. */
export const stateKeys = {
  head: 'community',
  network: 'network',
  /** Only stewards have it: it is in no proof, and no door gives it to anybody else. */
  leafSecret: 'leaf-secret',
  /** What the network and the meters are known by, see `registryView`. */
  registry: 'registry',
  member: (id: string) => `member/${id}`,
  memberKey: (keyHex: string) => `key/${keyHex}`,
  meter: (id: string) => `meter/${id}`,
  charter: (from: number) => `charter/${padded(from, SLOT_DIGITS)}`,
  account: keptKeys('account/'),
  /** Counted downwards, so that a walk begins with the newest line. */
  line: (account: string, number: number) =>
    `line/${account}/${padded(Number.MAX_SAFE_INTEGER - number, NUMBER_DIGITS)}`,
  hold: (id: string) => `hold/${id}`,
  holdDue: (at: number, id: string) => `hold-due/${padded(at, NUMBER_DIGITS)}/${id}`,
  operation: (id: string) => `operation/${id}`,
  source: (sequence: number) => `source/${padded(sequence, NUMBER_DIGITS)}`,
  day: (day: number) => `statement/${padded(day, DAY_DIGITS)}`,
  statement: statementKey,
  earlierDay: (day: number) => `statement-earlier/${padded(day, DAY_DIGITS)}`,
  /** A chunk as it was before the operation `sequence` corrected it. */
  earlier: (day: number, meter: string, sequence: number) =>
    `statement-earlier/${padded(day, DAY_DIGITS)}/${meter}/${padded(sequence, NUMBER_DIGITS)}`,
  /** Filed under its end: the first entry above a slot is the settlement that covers it, if one does. */
  settlement: (until: number) => `settlement/${padded(until, SLOT_DIGITS)}`,
  settlementVersion: (until: number, version: number) =>
    `settlement-version/${padded(until, SLOT_DIGITS)}/${padded(version, SLOT_DIGITS)}`,
  settlementVersions: (until: number) => `settlement-version/${padded(until, SLOT_DIGITS)}`,
  /** Filed under its end, as settlements are. */
  certificate: (until: number) => `certificate/${padded(until, SLOT_DIGITS)}`,
  stewards: 'stewards',
  /** Filed under the sequence number of the operation with which the set became another. */
  stewardsChanged: (sequence: number) => `stewards-changed/${padded(sequence, NUMBER_DIGITS)}`,
  stewardProposal: (id: string) => `steward-proposal/${id}`,
  protocol: (height: number) => `protocol/${padded(height, NUMBER_DIGITS)}`,
} as const
