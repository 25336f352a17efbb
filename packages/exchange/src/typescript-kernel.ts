import { Fault, mulMod, type Slot } from '@tri/units'

import { checkRun, SLOT_WH_MAX, type MatchKernel, type MatchRun, type MatchTotals } from './match-kernel.ts'
import { matchPlan, type MatchPlan } from './match-plan.ts'
import { largestKey, remainderKey, roundingOffset, sumDiv } from './rounding.ts'
import { tileSlots } from './tile.ts'

// Group by group from the meters up, in each slot t:
//   D = sum of needs left, S = sum of surpluses left, m = min(S, D)                       [Wh]
//   the short side is matched in full; of the long side, W = max(S, D), member i with r_i left gets
//   a_i = floor((r_i m + rho) / W), and rho = r_i m + rho - a_i W goes on to the next; rho = o at first   [Wh]
//   what is left has one sign only and goes up to the next group.
// Slots are taken in tiles that stay in the cache; within a group the slots in which anything meets ("meetings",
// index k) are looped innermost, so that every row of the tile is read along its memory.

interface Tile {
  readonly run: MatchRun
  readonly plan: MatchPlan
  readonly totals: MatchTotals
  readonly flowWh: Int32Array | undefined
  /** Slots from one row to the next. */
  readonly width: number
  /** First slot of the tile, and how many there are. */
  first: number
  slots: number
  /** Net Wh not yet matched: `[position * width + t]`. */
  readonly rest: Int32Array
  /** What a group could not match: `[leftRow of the group * width + t]`; one of the two is 0. */
  readonly surplusLeft: Float64Array
  readonly needLeft: Float64Array
  readonly meetings: Meetings
}

/** The slots of the tile in which surplus meets need in the group at hand. */
interface Meetings {
  count: number
  readonly slot: Int32Array
  /** +1 when need is the long side, -1 when surplus is. */
  readonly side: Int32Array
  readonly short: Float64Array
  readonly long: Float64Array
  /** Remainder carried to the next meter, in [0, long); the offset o at first. */
  readonly carry: Float64Array
}

/** The readable kernel. The WebAssembly one must give the same bytes. */
export const typescriptKernel: MatchKernel = { name: 'typescript', match }

function match(run: MatchRun, totals: MatchTotals, flowWh?: Int32Array): void {
  checkRun(run)
  flowWh?.fill(0)
  const groups = run.tree.groupFrom.length
  if (groups === 0 || run.slots === 0) return
  const tile = newTile(run, totals, flowWh)
  const give = run.split === 'systematic' ? giveSystematically : giveByRemainder
  for (tile.first = 0; tile.first < run.slots; tile.first += tile.width) {
    tile.slots = Math.min(tile.width, run.slots - tile.first)
    for (let group = 0; group < groups; group++) {
      gather(tile, group)
      meet(tile, group)
      if (tile.meetings.count > 0) give(tile, group)
    }
  }
}

function newTile(run: MatchRun, totals: MatchTotals, flowWh: Int32Array | undefined): Tile {
  const plan = matchPlan(run.tree)
  const width = tileSlots(run, 1)
  return {
    run,
    plan,
    totals,
    flowWh,
    width,
    first: 0,
    slots: 0,
    rest: new Int32Array(run.tree.meters.length * width),
    surplusLeft: new Float64Array(plan.leftRows * width),
    needLeft: new Float64Array(plan.leftRows * width),
    meetings: {
      count: 0,
      slot: new Int32Array(width),
      side: new Int32Array(width),
      short: new Float64Array(width),
      long: new Float64Array(width),
      carry: new Float64Array(width),
    },
  }
}

/** Sums the needs and surpluses that come together in a group. */
function gather(tile: Tile, group: number): void {
  const { run, plan, width, slots, needLeft, surplusLeft } = tile
  const base = (plan.leftRow[group] as number) * width
  needLeft.fill(0, base, base + slots)
  surplusLeft.fill(0, base, base + slots)
  const end = plan.itemStart[group + 1] as number
  for (let item = plan.itemStart[group] as number; item < end; item++) {
    const inner = plan.itemGroup[item] as number
    if (inner >= 0) {
      addGroup(tile, base, (plan.leftRow[inner] as number) * width)
      continue
    }
    const until = plan.itemUntil[item] as number
    for (let position = plan.itemFrom[item] as number; position < until; position++)
      addMeter(tile, base, position * width, (run.tree.order[position] as number) * run.stride)
  }
}

function addGroup({ slots, needLeft, surplusLeft }: Tile, base: number, from: number): void {
  for (let t = 0; t < slots; t++) {
    needLeft[base + t] = (needLeft[base + t] as number) + (needLeft[from + t] as number)
    surplusLeft[base + t] = (surplusLeft[base + t] as number) + (surplusLeft[from + t] as number)
  }
}

/** Takes a meter's slots into its row of the tile, and into the sums. */
function addMeter(tile: Tile, base: number, row: number, column: number): void {
  const { run, first, slots, rest, needLeft, surplusLeft } = tile
  const { netWh } = run
  const from = column + run.at + first
  for (let t = 0; t < slots; t++) {
    const net = netWh[from + t] as number
    rest[row + t] = net
    if (net > 0) needLeft[base + t] = (needLeft[base + t] as number) + net
    else surplusLeft[base + t] = (surplusLeft[base + t] as number) - net
  }
}

/** Takes out of the sums of a group what is matched there, and notes the slots in which both sides are there. */
function meet(tile: Tile, group: number): void {
  const { run, plan, width, first, slots, needLeft, surplusLeft, meetings, totals } = tile
  const base = (plan.leftRow[group] as number) * width
  let matched = 0
  meetings.count = 0
  for (let t = 0; t < slots; t++) {
    const need = needLeft[base + t] as number
    const surplus = surplusLeft[base + t] as number
    if (need > SLOT_WH_MAX || surplus > SLOT_WH_MAX)
      throw new Fault('slot-too-large', { slot: run.firstSlot + first + t, most: SLOT_WH_MAX })
    const short = Math.min(need, surplus)
    if (short === 0) continue
    matched += short
    needLeft[base + t] = need - short
    surplusLeft[base + t] = surplus - short
    note(tile, group, t, need - surplus, short)
  }
  totals.groupWh[group] = (totals.groupWh[group] as number) + matched
}

function note(
  { run, first, meetings }: Tile,
  group: number,
  t: number,
  surplusOfNeed: number,
  short: number,
): void {
  const k = meetings.count++
  const long = short + Math.abs(surplusOfNeed)
  const slot = (run.firstSlot + first + t) as Slot
  meetings.slot[k] = t
  meetings.side[k] = surplusOfNeed < 0 ? -1 : 1
  meetings.short[k] = short
  meetings.long[k] = long
  meetings.carry[k] = roundingOffset(slot, run.tree.groupKey[group] as number, long)
}

function giveSystematically(tile: Tile, group: number): void {
  const { plan } = tile
  const end = plan.itemStart[group + 1] as number
  for (let item = plan.itemStart[group] as number; item < end; item++) {
    if (isMatched(tile, plan.itemGroup[item] as number)) continue
    const until = plan.itemUntil[item] as number
    for (let position = plan.itemFrom[item] as number; position < until; position++)
      giveRow(tile, group, position)
  }
}

/** A nearer group that has nothing left in any slot of the meetings takes no part. */
function isMatched({ meetings, plan, width, needLeft, surplusLeft }: Tile, inner: number): boolean {
  if (inner < 0) return false
  const base = (plan.leftRow[inner] as number) * width
  for (let k = 0; k < meetings.count; k++) {
    const cell = base + (meetings.slot[k] as number)
    if (needLeft[cell] !== 0 || surplusLeft[cell] !== 0) return false
  }
  return true
}

/** The part of one meter in every meeting of the group. */
function giveRow(tile: Tile, group: number, position: number): void {
  const { meetings, rest, width, flowWh } = tile
  const { count, slot, side, short, long, carry } = meetings
  const row = position * width
  let received = 0
  let given = 0
  for (let k = 0; k < count; k++) {
    const cell = row + (slot[k] as number)
    const net = rest[cell] as number
    if (net === 0) continue
    let part = net > 0 ? net : -net
    if (net * (side[k] as number) > 0) {
      const w = long[k] as number
      const sum = part * (short[k] as number) + (carry[k] as number)
      if (sum <= Number.MAX_SAFE_INTEGER) {
        // A part is at most its net energy, which has 32 bits: cutting the quotient to them is its floor.
        part = (sum / w) | 0
        carry[k] = sum - part * w
      } else part = exactPart(meetings, k, part)
    }
    if (net > 0) received += part
    else given += part
    const flow = net > 0 ? part : -part
    rest[cell] = net - flow
    if (flowWh !== undefined) writeFlow(tile, group, position, slot[k] as number, flow)
  }
  book(tile, group, position, received, given)
}

/** The same where the product leaves 2^53. */
function exactPart({ short, long, carry }: Meetings, k: number, weight: number): number {
  const sum = BigInt(weight) * BigInt(short[k] as number) + BigInt(carry[k] as number)
  const w = BigInt(long[k] as number)
  carry[k] = Number(sum % w)
  return Number(sum / w)
}

/** Slot by slot: whoever has the largest remainders gets the Wh that the floors leave over. */
function giveByRemainder(tile: Tile, group: number): void {
  const { run, meetings, rest, width } = tile
  const from = run.tree.groupFrom[group] as number
  const until = run.tree.groupUntil[group] as number
  const keys = new Float64Array(until - from)
  const ranked = new Float64Array(until - from)
  for (let k = 0; k < meetings.count; k++) {
    const t = meetings.slot[k] as number
    const short = meetings.short[k] as number
    const long = meetings.long[k] as number
    let missing = short
    let count = 0
    for (let position = from; position < until; position++) {
      const weight = (rest[position * width + t] as number) * (meetings.side[k] as number)
      if (weight <= 0) continue
      missing -= sumDiv(weight, short, 0, long)
      const key = remainderKey(mulMod(weight, short, long), run.tree.order[position] as number)
      keys[position - from] = key
      ranked[count++] = key
    }
    const least = missing > 0 ? largestKey(ranked, count, missing) : Infinity
    for (let position = from; position < until; position++) {
      const net = rest[position * width + t] as number
      if (net === 0) continue
      const weight = net * (meetings.side[k] as number)
      const isRoundedUp = (keys[position - from] as number) >= least
      const part = weight < 0 ? -weight : sumDiv(weight, short, 0, long) + (isRoundedUp ? 1 : 0)
      const flow = net > 0 ? part : -part
      rest[position * width + t] = net - flow
      if (tile.flowWh !== undefined) writeFlow(tile, group, position, t, flow)
      book(tile, group, position, Math.max(flow, 0), Math.max(-flow, 0))
    }
  }
}

function writeFlow(tile: Tile, group: number, position: number, t: number, flow: number): void {
  const { run, flowWh, first } = tile
  if (flowWh === undefined) return
  const cell = ringCell(run, group, position) * run.slots + first + t
  // Added, not set: a ring may have groups inside each other.
  flowWh[cell] = (flowWh[cell] as number) + flow
}

function book({ run, totals }: Tile, group: number, position: number, received: number, given: number): void {
  const cell = ringCell(run, group, position)
  totals.receivedWh[cell] = (totals.receivedWh[cell] as number) + received
  totals.givenWh[cell] = (totals.givenWh[cell] as number) + given
}

function ringCell({ tree }: MatchRun, group: number, position: number): number {
  return (tree.groupRing[group] as number) * tree.meters.length + (tree.order[position] as number)
}
