import { SLOT_MS, slot, type Slot } from '@tri/units'

import type { RegisterHistory } from '../src/slots/register-history.ts'
import { BRIDGED_MS_MAX, NARROW_MS_MAX } from '../src/slots/register-reading.ts'
import type { SlotChange } from '../src/slots/slot-energy.ts'
import type { Scene } from './readings-simulation.ts'

/** A history at its end, and what somebody who listened has heard. */
export interface Played {
  readonly history: RegisterHistory
  readonly told: ReadonlyMap<number, SlotChange>
  readonly end: Slot
  /** The same readings taken in order, once each, without a restart. */
  readonly sorted: RegisterHistory
}

/** A rule that did not hold. */
export interface BrokenRule {
  readonly invariant: string
  readonly message: string
}

type Register = 'importWh' | 'exportWh'
const REGISTERS: readonly Register[] = ['importWh', 'exportWh']
/** What the node's clock may be off while it believes itself, ms. */
const CLOCK_SLACK_MS = 2_000

/** The first rule that a played history breaks. */
export function brokenRule(scene: Scene, played: Played): BrokenRule | undefined {
  return (
    eachSlotIsRight(scene, played) ??
    silenceIsAGap(scene, played) ??
    measuredMeansRead(scene, played) ??
    breaksAreReal(scene, played) ??
    sumsAreTrue(scene, played) ??
    heardWhatIsSo(played)
  )
}

function energyText(change: SlotChange | undefined): string {
  if (change === undefined) return 'nothing'
  return change.is === 'gap' ? `gap ${change.why}` : `${change.is} ${change.importWh}/${change.exportWh} Wh`
}

function at(of: number): string {
  return new Date(of * SLOT_MS).toISOString()
}

function heardWhatIsSo({ history, told, end, sorted }: Played): BrokenRule | undefined {
  const slots = [...told.keys()].toSorted((a, b) => a - b)
  for (let of = slots[0] ?? end; of < end; of++) {
    const heard = energyText(told.get(of))
    const is = energyText(history.slot(slot(of)))
    if (heard === 'nothing') return { invariant: 'every slot is told of', message: at(of) }
    if (heard !== is)
      return { invariant: 'what was told is what is so', message: `${at(of)}: ${heard}, is ${is}` }
    const inOrder = energyText(sorted.slot(slot(of)))
    if (inOrder !== is)
      return {
        invariant: 'the order of arrival decides nothing',
        message: `${at(of)}: ${is}, in order ${inOrder}`,
      }
  }
  return undefined
}

/** Wh that a register really counted between two instants. */
function counted({ household }: Scene, register: Register, from: number, until: number): number {
  return register === 'importWh'
    ? household.importAt(until) - household.importAt(from)
    : household.exportAt(until) - household.exportAt(from)
}

/** What moved around an instant while nobody could tell which reading came before it. */
function moved(scene: Scene, register: Register, around: number): number {
  const ms = scene.latencyMs === 0 ? 0 : scene.latencyMs + CLOCK_SLACK_MS
  return counted(scene, register, around - ms, around + ms)
}

function eachSlotIsRight(scene: Scene, { told }: Played): BrokenRule | undefined {
  for (const change of told.values()) {
    if (change.is === 'gap') continue
    for (const register of REGISTERS) {
      const wh = change[register]
      if (wh < 0) return { invariant: 'no slot is negative', message: `${at(change.slot)}: ${wh} Wh` }
      if (change.is === 'estimated' && change.why === 'device-clock') continue
      const [from, until] = [change.slot * SLOT_MS, (change.slot + 1) * SLOT_MS]
      const truth = counted(scene, register, from, until)
      const slack = change.withinWh + moved(scene, register, from) + moved(scene, register, until)
      if (Math.abs(wh - truth) <= slack) continue
      const invariant =
        change.is === 'measured' ? 'what is measured is right' : 'an estimate is within its bound'
      return { invariant, message: `${at(change.slot)}: ${register} ${wh}, really ${truth}, within ${slack}` }
    }
  }
  return undefined
}

function silenceIsAGap(scene: Scene, { told }: Played): BrokenRule | undefined {
  const times = scene.deliveries.map(({ reading }) => reading.takenAt).toSorted((a, b) => a - b)
  let next = 0
  for (const of of [...told.keys()].toSorted((a, b) => a - b)) {
    while (next < times.length && (times[next] ?? 0) < of * SLOT_MS - BRIDGED_MS_MAX) next++
    const nearest = times[next] ?? Number.POSITIVE_INFINITY
    const change = told.get(of)
    if (nearest > (of + 1) * SLOT_MS + BRIDGED_MS_MAX && change?.is !== 'gap')
      return { invariant: 'a silence is a gap', message: `${at(of)}: ${energyText(change)}` }
  }
  return undefined
}

/** A measured slot was read at both its ends: two readings at most 20 seconds apart, or one exactly there. */
function measuredMeansRead(scene: Scene, { told }: Played): BrokenRule | undefined {
  const times = scene.deliveries.map(({ reading }) => reading.takenAt).toSorted((a, b) => a - b)
  for (const change of told.values()) {
    if (change.is !== 'measured') continue
    for (const boundary of [change.slot * SLOT_MS, (change.slot + 1) * SLOT_MS]) {
      const after = firstFrom(times, boundary)
      const gapMs = times[after] === boundary ? 0 : (times[after] ?? 0) - (times[after - 1] ?? 0)
      if (gapMs < 0 || gapMs > NARROW_MS_MAX)
        return {
          invariant: 'measured means read',
          message: `${at(change.slot)}: ${gapMs} ms between two readings`,
        }
    }
  }
  return undefined
}

function firstFrom(times: readonly number[], instant: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < instant) low = middle + 1
    else high = middle
  }
  return low
}

/** A break is named only where a meter was reset or replaced, or where wrong values or a rollover look like it. */
function breaksAreReal({ device, counts }: Scene, { told }: Played): BrokenRule | undefined {
  const mayLookBroken = (counts['wrong values'] ?? 0) > 0 || device.rollsOverAtWh !== undefined
  if (device.breaks.length > 0 || mayLookBroken) return undefined
  for (const change of told.values())
    if (change.is === 'gap' && change.why !== 'silence' && change.why !== 'unconfirmed')
      return {
        invariant: 'a break is named only where one was',
        message: `${at(change.slot)}: ${change.why}`,
      }
  return undefined
}

/** Slots of which everything is known, and gaps over which the registers say what was counted. */
function sumsAreTrue(scene: Scene, { history, told, end }: Played): BrokenRule | undefined {
  const slots = [...told.keys()].toSorted((a, b) => a - b)
  const first = slots[0]
  if (first === undefined) return undefined
  const gaps = new Map(history.gaps(slot(first), end).map((gap) => [Number(gap.firstSlot), gap]))
  for (const register of REGISTERS) {
    let from = first
    let sum = 0
    for (let of = first; of < end;) {
      const change = told.get(of)
      const gap = gaps.get(of)
      const wh =
        gap === undefined
          ? change === undefined || change.is === 'gap'
            ? undefined
            : change[register]
          : gap[register]
      const next = of + (gap?.slots ?? 1)
      // Where only the device knows the time, a gap's whole is right and its parts may lie elsewhere in it.
      const isByDevice = change?.is === 'estimated' && change.why === 'device-clock'
      if (wh === undefined || (isByDevice && from === of)) {
        from = next
        sum = 0
      } else {
        sum += wh
        const broken = isByDevice ? undefined : wrongSum(scene, register, { from, until: next, sum })
        if (broken !== undefined) return broken
      }
      of = next
    }
  }
  return undefined
}

function wrongSum(
  scene: Scene,
  register: Register,
  { from, until, sum }: { readonly from: number; readonly until: number; readonly sum: number },
): BrokenRule | undefined {
  const [begins, ends] = [from * SLOT_MS, until * SLOT_MS]
  const truth = counted(scene, register, begins, ends)
  const slack = around(scene, register, begins) + around(scene, register, ends) + switched(scene)
  if (sum > truth + slack)
    return {
      invariant: 'no energy appears that the register did not count',
      message: `${at(from)} to ${at(until)}: ${register} ${sum}, really ${truth}, within ${slack}`,
    }
  const hasBreak = scene.device.breaks.some(
    (one) => one >= begins - BRIDGED_MS_MAX && one <= ends + BRIDGED_MS_MAX,
  )
  if (hasBreak || sum >= truth - slack) return undefined
  return {
    invariant: 'no energy is lost between two readings',
    message: `${at(from)} to ${at(until)}: ${register} ${sum}, really ${truth}, within ${slack}`,
  }
}

/** What lies between the two readings around an instant, each at most two slots away. */
function around(scene: Scene, register: Register, instant: number): number {
  if (scene.latencyMs === 0 && scene.instants.has(instant)) return 0
  return counted(
    scene,
    register,
    instant - BRIDGED_MS_MAX - CLOCK_SLACK_MS,
    instant + BRIDGED_MS_MAX + CLOCK_SLACK_MS,
  )
}

/** Each change from one source to the other costs what the two resolve, and a narrow gap. */
function switched({ facts, stages }: Scene): number {
  const [, second] = facts.sources
  if (second === undefined) return 0
  const silences = stages.flat().length + 1
  return silences * 2 * (second.resolutionWh + 60)
}
