// Neighbour-first matching over one tile of slots, in AssemblyScript: four slots in the four lanes of a vector. It gives
// the same bytes as src/typescript-kernel.ts, which is the one to read first; docs/maths/matching.md derives both.
//
// The host (src/webassembly-kernel.ts) lays out the memory and writes the addresses into a table at address 0.

/** Below these bounds the lanes are exact, see `giveRow`; a group beyond them is split one slot at a time. */
const LANE_NET_WH_MAX: u32 = 1 << 20
const LANE_SUM_WH_MAX: i64 = 1 << 30
const SLOT_WH_MAX: i64 = 2147483647
const METERS_MAX: u64 = 131072

// The table: one i32 each, in the order of HEADER in src/webassembly-kernel.ts.
// @ts-ignore: decorator
@inline function header(index: i32): i32 { return load<i32>(index << 2) }
// @ts-ignore: decorator
@inline function meters(): i32 { return header(0) }
// @ts-ignore: decorator
@inline function groups(): i32 { return header(1) }
/** Bytes from one row of the tile to the next: a multiple of 16. */
// @ts-ignore: decorator
@inline function rowBytes(): i32 { return header(2) }

let order: i32 = 0
let itemStart: i32 = 0
let itemFrom: i32 = 0
let itemUntil: i32 = 0
let itemGroup: i32 = 0
let groupFrom: i32 = 0
let groupUntil: i32 = 0
let groupRing: i32 = 0
let groupKey: i32 = 0
let leftRow: i32 = 0
/** Net Wh not yet matched, i32: [position, slot of the tile]. */
let rest: i32 = 0
/** What a group could not match, i32: [leftRow of the group, slot of the tile]. */
let needLeft: i32 = 0
let surplusLeft: i32 = 0
/** The largest |net| of a meter below each group, u32. */
let groupLargest: i32 = 0
/** Sums, f64: [ring, column, received or given]. */
let sums: i32 = 0
/** Sums, f64: [group]. */
let groupWh: i32 = 0
/** Signed flow, i32: [ring, column, slot of the tile]; 0 when nobody asked for it. */
let flow: i32 = 0
/** The vectors of slots in which surplus meets need in the group at hand, MEETING bytes each. */
let meetings: i32 = 0
/** Room for the keys of largest remainder, u64: [position], and once more to be sorted. */
let keys: i32 = 0
let ranked: i32 = 0

let meetingsEnd: i32 = 0

const MEETING: i32 = 96
const AT: usize = 0 // byte offset in a row
const SIDE: usize = 16 // -1 where surplus is the long side, else 0
const SHORT: usize = 32
const LONG: usize = 48 // at least 1
const CARRY: usize = 64 // remainder carried to the next meter, in [0, long)
const RATIO: usize = 80 // short / long, f32

/** Takes over the table at address 0. */
export function prepare(): void {
  order = header(3)
  itemStart = header(4)
  itemFrom = header(5)
  itemUntil = header(6)
  itemGroup = header(7)
  groupFrom = header(8)
  groupUntil = header(9)
  groupRing = header(10)
  groupKey = header(11)
  leftRow = header(12)
  rest = header(13)
  needLeft = header(14)
  surplusLeft = header(15)
  groupLargest = header(16)
  sums = header(17)
  groupWh = header(18)
  flow = header(19)
  meetings = header(20)
  keys = header(21)
  ranked = header(22)
}

/** Bytes of a row that are in use in this tile: a multiple of 16; slots beyond the last are 0. */
let rowEnd: i32 = 0

/**
 * Matches the groups `[from, until)` over a tile and adds to the sums. Their meters' rows are filled, and the groups
 * inside them done before.
 *
 * @param slots       of this tile, at most rowBytes / 4
 * @param firstSlot   slot number of the tile's first slot
 * @param byRemainder 1 for largest remainder, 0 for systematic rounding
 * @returns           -1, or the slot of the tile in which more comes together in a group than SLOT_WH_MAX
 */
export function matchGroups(from: i32, until: i32, slots: i32, firstSlot: i32, byRemainder: i32): i32 {
  rowEnd = ((slots + 3) >> 2) << 4
  for (let group = from; group < until; group++) {
    const largest = gather(group)
    let isWide = largest >= LANE_NET_WH_MAX
    const members = load<i32>(groupUntil + (group << 2)) - load<i32>(groupFrom + (group << 2))
    if (<i64>largest * members >= LANE_SUM_WH_MAX) {
      const sum = largestSum(group)
      if (sum > SLOT_WH_MAX) return slotBeyond(group)
      isWide = isWide || sum >= LANE_SUM_WH_MAX
    }
    meet(group, firstSlot)
    if (meetingsEnd == meetings) continue
    if (byRemainder || isWide) giveSlots(group, byRemainder)
    else giveLanes(group)
  }
  return -1
}

/** Sums needs and surpluses of a group into needLeft and surplusLeft; gives the largest |net| below it. */
function gather(group: i32): u32 {
  const bytes = rowBytes()
  const left = leftRowOf(group)
  const need = needLeft + left
  const surplus = surplusLeft + left
  memory.fill(need, 0, rowEnd)
  memory.fill(surplus, 0, rowEnd)
  let largest: u32 = 0
  let largestOfMeters = i32x4.splat(0)
  const end = load<i32>(itemStart + (group << 2) + 4) << 2
  for (let item = load<i32>(itemStart + (group << 2)) << 2; item < end; item += 4) {
    const inner = load<i32>(itemGroup + item)
    if (inner >= 0) {
      addGroup(need, surplus, leftRowOf(inner))
      largest = max(largest, load<u32>(groupLargest + (inner << 2)))
      continue
    }
    const until = load<i32>(itemUntil + item)
    for (let position = load<i32>(itemFrom + item); position < until; position++)
      largestOfMeters = i32x4.max_u(largestOfMeters, addMeter(need, surplus, rest + position * bytes))
  }
  for (let lane = 0; lane < 4; lane++) {
    largest = max(largest, i32x4.extract_lane(largestOfMeters, 0))
    largestOfMeters = i32x4.shuffle(largestOfMeters, largestOfMeters, 1, 2, 3, 0)
  }
  store<u32>(groupLargest + (group << 2), largest)
  return largest
}

/** Adds a meter's row to the sums; gives its largest |net| in each lane. */
// @ts-ignore: decorator
@inline function addMeter(need: i32, surplus: i32, row: i32): v128 {
  const zero = i32x4.splat(0)
  let largest = zero
  const end = rowEnd
  for (let at = 0; at < end; at += 16) {
    const net = v128.load(row + at)
    const needed = i32x4.max_s(net, zero)
    v128.store(need + at, i32x4.add(v128.load(need + at), needed))
    v128.store(surplus + at, i32x4.add(v128.load(surplus + at), i32x4.sub(needed, net)))
    largest = i32x4.max_u(largest, i32x4.abs(net))
  }
  return largest
}

function addGroup(need: i32, surplus: i32, inner: i32): void {
  const needInner = needLeft + inner
  const surplusInner = surplusLeft + inner
  const end = rowEnd
  for (let at = 0; at < end; at += 16) {
    v128.store(need + at, i32x4.add(v128.load(need + at), v128.load(needInner + at)))
    v128.store(surplus + at, i32x4.add(v128.load(surplus + at), v128.load(surplusInner + at)))
  }
}

/** The largest need or surplus that comes together in a group, summed without a limit. */
function largestSum(group: i32): i64 {
  let largest: i64 = 0
  for (let at = 0; at < rowEnd; at += 4) largest = max(largest, sumOfSlot(group, at))
  return largest
}

/** The first slot of the tile in which more comes together than SLOT_WH_MAX. */
function slotBeyond(group: i32): i32 {
  let at = 0
  while (sumOfSlot(group, at) <= SLOT_WH_MAX) at += 4
  return at >> 2
}

function sumOfSlot(group: i32, at: i32): i64 {
  let need: i64 = 0
  let surplus: i64 = 0
  const bytes = rowBytes()
  const end = load<i32>(itemStart + (group << 2) + 4) << 2
  for (let item = load<i32>(itemStart + (group << 2)) << 2; item < end; item += 4) {
    const inner = load<i32>(itemGroup + item)
    if (inner >= 0) {
      need += load<i32>(needLeft + leftRowOf(inner) + at)
      surplus += load<i32>(surplusLeft + leftRowOf(inner) + at)
      continue
    }
    const until = load<i32>(itemUntil + item)
    for (let position = load<i32>(itemFrom + item); position < until; position++) {
      const net = <i64>load<i32>(rest + position * bytes + at)
      need += max<i64>(net, 0)
      surplus -= min<i64>(net, 0)
    }
  }
  return max(need, surplus)
}

// @ts-ignore: decorator
@inline function leftRowOf(group: i32): i32 { return load<i32>(leftRow + (group << 2)) * rowBytes() }

/** Takes out of the sums of a group what is matched there, and notes the vectors of slots in which both are there. */
function meet(group: i32, firstSlot: i32): void {
  const left = leftRowOf(group)
  const need = needLeft + left
  const surplus = surplusLeft + left
  const key = load<i32>(groupKey + (group << 2))
  let matched = i64x2.splat(0)
  meetingsEnd = meetings
  for (let at = 0; at < rowEnd; at += 16) {
    const needs = v128.load(need + at)
    const surpluses = v128.load(surplus + at)
    const short = i32x4.min_s(needs, surpluses)
    if (!v128.any_true(short)) continue
    v128.store(need + at, i32x4.sub(needs, short))
    v128.store(surplus + at, i32x4.sub(surpluses, short))
    matched = i64x2.add(matched, i64x2.extend_low_i32x4_u(short))
    matched = i64x2.add(matched, i64x2.extend_high_i32x4_u(short))
    const long = i32x4.max_s(i32x4.max_s(needs, surpluses), i32x4.splat(1))
    store<i32>(meetingsEnd, at, AT)
    v128.store(meetingsEnd, i32x4.lt_s(needs, surpluses), SIDE)
    v128.store(meetingsEnd, short, SHORT)
    v128.store(meetingsEnd, long, LONG)
    v128.store(meetingsEnd, offset(firstSlot + (at >> 2), key, long), CARRY)
    v128.store(meetingsEnd, f32x4.div(f32x4.convert_i32x4_s(short), f32x4.convert_i32x4_s(long)), RATIO)
    meetingsEnd += MEETING
  }
  addTo(groupWh + (group << 3), i64x2.extract_lane(matched, 0) + i64x2.extract_lane(matched, 1))
}

/** roundingOffset of src/rounding.ts for four slots. */
function offset(slot: i32, key: i32, long: v128): v128 {
  let hash = i32x4.mul(i32x4.add(i32x4.splat(slot), i32x4(0, 1, 2, 3)), i32x4.splat(<i32>0x9e3779b1))
  hash = v128.xor(hash, i32x4.splat(key))
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 16)), i32x4.splat(<i32>0x85ebca6b))
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 13)), i32x4.splat(<i32>0xc2b2ae35))
  hash = v128.xor(hash, i32x4.shr_u(hash, 16))
  const low = offsetOfTwo(hash, long)
  const high = offsetOfTwo(i32x4.shuffle(hash, hash, 2, 3, 2, 3), i32x4.shuffle(long, long, 2, 3, 2, 3))
  return i32x4.shuffle(low, high, 0, 1, 4, 5)
}

function offsetOfTwo(hash: v128, long: v128): v128 {
  const fraction = f64x2.mul(f64x2.convert_low_i32x4_u(hash), f64x2.splat(1.0 / 4294967296.0))
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(f64x2.mul(fraction, f64x2.convert_low_i32x4_s(long))))
}

/**
 * Systematic rounding in lanes. With the remainder rho_{i-1} = (c_{i-1} m + o) mod W carried from meter to meter,
 *   a_i = floor((r_i m + rho_{i-1}) / W),   rho_i = r_i m + rho_{i-1} - a_i W.
 * f32 guesses a_i from r_i m / W alone; then r_i m + rho_{i-1} - guess x W lies in [-0.75 W, 1.75 W), so its low 32 bits
 * tell it exactly (W < 2^30), and one step up or down corrects the guess. Guess: |error of f32| <= r 2^-22 <= 0.25 for
 * r < 2^20, and the nearest integer is at most 0.5 away.
 */
function giveLanes(group: i32): void {
  const bytes = rowBytes()
  const ring = load<u8>(groupRing + group) * meters()
  const end = load<i32>(itemStart + (group << 2) + 4) << 2
  for (let item = load<i32>(itemStart + (group << 2)) << 2; item < end; item += 4) {
    const inner = load<i32>(itemGroup + item)
    if (inner >= 0 && isMatched(leftRowOf(inner))) continue
    const until = load<i32>(itemUntil + item)
    for (let position = load<i32>(itemFrom + item); position < until; position++) {
      const cell = ring + load<i32>(order + (position << 2))
      giveRow(rest + position * bytes, cell, flow == 0 ? 0 : flow + cell * bytes)
    }
  }
}

/** A nearer group that has nothing left in any slot of the meetings takes no part. */
function isMatched(row: i32): bool {
  let left = i32x4.splat(0)
  for (let meeting = meetings; meeting < meetingsEnd; meeting += MEETING) {
    const at = row + load<i32>(meeting, AT)
    left = v128.or(left, v128.or(v128.load(needLeft + at), v128.load(surplusLeft + at)))
  }
  return !v128.any_true(left)
}

// @ts-ignore: decorator
@inline function giveRow(row: i32, cell: i32, flowRow: i32): void {
  const zero = i32x4.splat(0)
  // Adding 1.5 x 2^23 leaves the nearest integer in the low bits of a float.
  const magic = f32x4.splat(12582912)
  const magicBits = i32x4.splat(0x4b400000)
  let moved = zero
  let taken = zero
  for (let meeting = meetings; meeting < meetingsEnd; meeting += MEETING) {
    const at = load<i32>(meeting, AT)
    const side = v128.load(meeting, SIDE)
    const long = v128.load(meeting, LONG)
    const net = v128.load(row + at)
    // In the frame of the long side: r >= 0 where the meter is on it; the short side is matched in full.
    const r = i32x4.max_s(i32x4.sub(v128.xor(net, side), side), zero)
    const guess = i32x4.sub(
      f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(r), v128.load(meeting, RATIO)), magic),
      magicBits,
    )
    const rho = i32x4.sub(
      i32x4.add(v128.load(meeting, CARRY), i32x4.mul(r, v128.load(meeting, SHORT))),
      i32x4.mul(guess, long),
    )
    const isHigh = i32x4.shr_s(rho, 31) // -1 where the guess was one too many
    const isLow = i32x4.ge_s(rho, long) // -1 where it was one too few
    v128.store(meeting, i32x4.sub(i32x4.add(rho, v128.and(isHigh, long)), v128.and(isLow, long)), CARRY)
    const left = i32x4.sub(r, i32x4.sub(i32x4.add(guess, isHigh), isLow))
    const after = i32x4.sub(v128.xor(left, side), side)
    const moving = i32x4.sub(net, after)
    v128.store(row + at, after)
    moved = i32x4.add(moved, moving)
    taken = i32x4.add(taken, i32x4.max_s(moving, zero))
    if (flowRow) v128.store(flowRow + at, i32x4.add(v128.load(flowRow + at), moving))
  }
  book(cell, taken, i32x4.sub(taken, moved))
}

/**
 * Adds the lanes of what a meter received and gave to its sums. A row has at most 256 vectors (TILE_SLOTS_MAX) of values
 * below 2^20, so the sum of its lanes stays below 2^30.
 */
// @ts-ignore: decorator
@inline function book(cell: i32, taken: v128, handed: v128): void {
  const low = i32x4.shuffle(taken, handed, 0, 1, 4, 5)
  const high = i32x4.shuffle(taken, handed, 2, 3, 6, 7)
  const halves = i32x4.add(low, high)
  const whole = i32x4.add(halves, i32x4.shuffle(halves, halves, 1, 0, 3, 2))
  const both = f64x2.convert_low_i32x4_s(i32x4.shuffle(whole, whole, 0, 2, 0, 2))
  const at = sums + (cell << 4)
  v128.store(at, f64x2.add(v128.load(at), both))
}

// @ts-ignore: decorator
@inline function addTo(at: i32, amount: i64): void {
  store<f64>(at, load<f64>(at) + <f64>amount)
}

/** One slot at a time, in 64 bits: largest remainder, and what is too large for the lanes. */
function giveSlots(group: i32, byRemainder: i32): void {
  for (let meeting = meetings; meeting < meetingsEnd; meeting += MEETING) {
    for (let lane = 0; lane < 16; lane += 4) {
      const short = load<i32>(meeting + lane, SHORT)
      if (short == 0) continue
      const at = rest + load<i32>(meeting, AT) + lane
      const side = load<i32>(meeting + lane, SIDE)
      const long = load<i32>(meeting + lane, LONG)
      if (byRemainder) giveByRemainder(group, at, side, short, long)
      else giveSystematically(group, at, side, short, long, load<i32>(meeting + lane, CARRY))
    }
  }
}

function giveSystematically(group: i32, at: i32, side: i32, short: u64, long: u64, offset: u64): void {
  const until = load<i32>(groupUntil + (group << 2))
  let running: u64 = 0
  let before: u64 = 0
  for (let position = load<i32>(groupFrom + (group << 2)); position < until; position++) {
    const weight = weightAt(at, position, side)
    if (weight == 0) continue
    if (weight < 0) {
      move(group, position, at, side, weight)
      continue
    }
    running += weight
    const upTo = (running * short + offset) / long
    move(group, position, at, side, upTo - before)
    before = upTo
  }
}

function giveByRemainder(group: i32, at: i32, side: i32, short: u64, long: u64): void {
  const from = load<i32>(groupFrom + (group << 2))
  const until = load<i32>(groupUntil + (group << 2))
  let missing = <i32>short
  let count = 0
  for (let position = from; position < until; position++) {
    const weight = weightAt(at, position, side)
    if (weight <= 0) continue
    const product = <u64>weight * short
    const floor = product / long
    missing -= <i32>floor
    const column = load<i32>(order + (position << 2))
    const key = (product - floor * long) * METERS_MAX + (METERS_MAX - 1 - <u64>column)
    store<u64>(keys + (position << 3), key)
    store<u64>(ranked + (count << 3), key)
    count++
  }
  const least = missing > 0 ? largestKey(count, missing) : u64.MAX_VALUE
  for (let position = from; position < until; position++) {
    const weight = weightAt(at, position, side)
    if (weight == 0) continue
    if (weight < 0) {
      move(group, position, at, side, weight)
      continue
    }
    const isRoundedUp = load<u64>(keys + (position << 3)) >= least
    move(group, position, at, side, (<u64>weight * short) / long + (isRoundedUp ? 1 : 0))
  }
}

/** What a meter has left, positive on the long side of the slot. */
// @ts-ignore: decorator
@inline function weightAt(at: i32, position: i32, side: i32): i64 {
  const net = <i64>load<i32>(at + position * rowBytes())
  return side ? -net : net
}

/** Books `part` Wh of a meter in one slot; on the short side it is negative and all there is. */
function move(group: i32, position: i32, at: i32, side: i32, part: i64): void {
  const bytes = rowBytes()
  const cell = load<u8>(groupRing + group) * meters() + load<i32>(order + (position << 2))
  const moving = side ? -part : part
  const from = at + position * bytes
  store<i32>(from, load<i32>(from) - <i32>moving)
  if (moving > 0) addTo(sums + (cell << 4), moving)
  else addTo(sums + (cell << 4) + 8, -moving)
  if (flow == 0) return
  const to = flow + cell * bytes + (at - rest)
  store<i32>(to, load<i32>(to) + <i32>moving)
}

/** The rank-th largest of `ranked`; as largestKey of src/rounding.ts. */
function largestKey(count: i32, rank: i32): u64 {
  const wanted = rank - 1
  let low = 0
  let high = count - 1
  while (low < high) {
    const pivot = load<u64>(ranked + (((low + high) >> 1) << 3))
    let i = low
    let j = high
    while (i <= j) {
      while (load<u64>(ranked + (i << 3)) > pivot) i++
      while (load<u64>(ranked + (j << 3)) < pivot) j--
      if (i > j) break
      const swapped = load<u64>(ranked + (i << 3))
      store<u64>(ranked + (i << 3), load<u64>(ranked + (j << 3)))
      store<u64>(ranked + (j << 3), swapped)
      i++
      j--
    }
    if (wanted <= j) high = j
    else if (wanted >= i) low = i
    else break
  }
  return load<u64>(ranked + (wanted << 3))
}
