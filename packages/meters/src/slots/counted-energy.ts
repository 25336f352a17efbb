import { mulDiv } from '@tri/units'

import { BRIDGED_MS_MAX, JITTER_MS, NARROW_MS_MAX, type MeterFacts } from './register-reading.ts'
import type { Counted, RegisterTrack, TrackEntry } from './register-track.ts'
import type { GapReason } from './slot-energy.ts'

const HOUR_MS = 3_600_000
/** A rollover counts at most this part of the register: a fall that would mean more is a reset. */
const ROLLOVER_PARTS = 100

/** What the registers counted between two instants, or why nobody can say. `open` is not over yet, or not begun. */
export type Between =
  | { readonly is: 'counted'; readonly wh: number; readonly withinWh: number; readonly isBridged: boolean }
  | { readonly is: 'unknown'; readonly why: GapReason }
  | { readonly is: 'open' }

const SILENCE: Between = { is: 'unknown', why: 'silence' }
const OPEN: Between = { is: 'open' }

/**
 * Whether a register went from one reading to a later one, and by how much: it may rise by what the connection lets
 * through, begin again where its table says so, and pass to another meter where the installer's paper says so.
 *
 *     0 <= counted <= P_max (dt + jitter) + 2 steps
 */
export function countedBy(facts: MeterFacts, register: 'importWh' | 'exportWh', stepWh: number): Counted {
  const { powerMaxW, rollsOverAtWh, changes = [] } = facts
  const plausible = (wh: number, ms: number): boolean =>
    wh >= 0 && wh <= Math.floor((powerMaxW * (ms + JITTER_MS)) / HOUR_MS) + 2 * stepWh
  return (from, to) => {
    const ms = to.at - from.at
    if (from.serial === to.serial || from.serial === '' || to.serial === '') {
      const risen = to.wh - from.wh
      if (plausible(risen, ms)) return risen
      if (risen >= 0 || rollsOverAtWh === undefined || from.wh >= rollsOverAtWh) return undefined
      const isUnmistakable = (risen + rollsOverAtWh) * ROLLOVER_PARTS <= rollsOverAtWh
      return isUnmistakable && plausible(risen + rollsOverAtWh, ms) ? risen + rollsOverAtWh : undefined
    }
    const change = changes.find(
      (one) =>
        one.from.serial === from.serial &&
        one.to.serial === to.serial &&
        one.at >= from.at &&
        one.at <= to.at,
    )
    if (change === undefined) return undefined
    const last = change.from[register] - from.wh
    const first = to.wh - change.to[register]
    return last >= 0 && first >= 0 && plausible(last + first, ms) ? last + first : undefined
  }
}

/** What one register of one source counted between two instants. Parts of neighbouring stretches sum to their whole. */
export function countedBetween(
  track: RegisterTrack,
  counted: Counted,
  { from, until }: { readonly from: number; readonly until: number },
): Between {
  let i = track.trustedUpTo(from)
  if (i === undefined) return OPEN
  const sum = { wh: 0, withinWh: 0, isBridged: false }
  for (;;) {
    const p = track.entries[i]
    const next = track.trustedAfter(i)
    const q = next === undefined ? undefined : track.entries[next]
    if (p === undefined) return OPEN
    // Of several readings at the very end the last one closes.
    if (p.at >= until && q?.at !== until) return { is: 'counted', ...sum }
    if (next === undefined || q === undefined) return p.at >= until ? { is: 'counted', ...sum } : OPEN
    const wh = counted(p, q)
    if (wh === undefined) return { is: 'unknown', why: breakOf(p, q) }
    if (!isBorneOut(track, counted, i) || !isBorneOut(track, counted, next))
      return { is: 'unknown', why: 'unconfirmed' }
    const isCut = p.at < from || q.at > until
    if (isCut && q.at - p.at > BRIDGED_MS_MAX) return SILENCE
    sum.wh += partUpTo(wh, p, q, until) - partUpTo(wh, p, q, from)
    if (isCut) {
      sum.withinWh += wh
      sum.isBridged ||= q.at - p.at > NARROW_MS_MAX
    }
    i = next
  }
}

/** Wh counted up to an instant of the `wh` between two readings: linear, the remainder to the later part. */
function partUpTo(wh: number, { at: from }: TrackEntry, { at: until }: TrackEntry, at: number): number {
  if (at >= until) return wh
  return at <= from ? 0 : mulDiv(wh, at - from, until - from)
}

/** A reading that came without a check counts only between two others that it fits. */
function isBorneOut(track: RegisterTrack, counted: Counted, i: number): boolean {
  const entry = track.entries[i]
  if (entry === undefined || entry.isChecked) return entry !== undefined
  const before = track.trustedBefore(i)
  const after = track.trustedAfter(i)
  const a = before === undefined ? undefined : track.entries[before]
  const b = after === undefined ? undefined : track.entries[after]
  return (
    a !== undefined && b !== undefined && counted(a, entry) !== undefined && counted(entry, b) !== undefined
  )
}

/** Why two trusted neighbours do not belong together. */
export function breakOf(from: TrackEntry, to: TrackEntry): GapReason {
  if (from.serial !== to.serial && from.serial !== '' && to.serial !== '') return 'meter-replaced'
  if (to.wh >= from.wh) return 'implausible-power'
  return isNearZero(from, to) ? 'register-reset' : 'register-fell'
}

/** A reset leaves less than a hundredth of what was there. */
function isNearZero(from: TrackEntry, to: TrackEntry): boolean {
  return to.wh * 100 <= from.wh
}
