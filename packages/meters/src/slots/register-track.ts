import { SLOT_MS } from '@tri/units'

/** Readings kept at each end of a slot, by time. What lies between them says nothing about a slot's energy. */
export const ENDS_KEPT = 2
/** Readings on either side that bear a reading out, or contradict it. */
export const NEIGHBOURS = 3
/** Readings kept however old they are: the last known register before a long silence, with its neighbours. */
const KEPT_MIN = 8

/** One register value, with the meter and the frame it came from. */
export interface TrackEntry {
  readonly at: number
  readonly wh: number
  readonly serial: string
  readonly isChecked: boolean
}

/** Decides whether a register can have gone from one entry to a later one, and what it then counted, Wh. */
export type Counted = (from: TrackEntry, to: TrackEntry) => number | undefined

type Trust = 'unknown' | 'trusted' | 'contradicted'

/**
 * The readings of one register from one source, in the order of their time, whatever order they came in. Of each slot the
 * first two and the last two are kept, so that a meter read each second costs no more than one read each five minutes.
 */
export class RegisterTrack {
  readonly entries: TrackEntry[] = []
  readonly #trust: Trust[] = []
  readonly #counted: Counted

  constructor(counted: Counted) {
    this.#counted = counted
  }

  /** Takes an entry. Gives its place, or undefined when it changes nothing: it was there, or lies inside its slot. */
  insert(entry: TrackEntry): number | undefined {
    const place = this.#placeOf(entry)
    const after = this.entries[place]
    if (after !== undefined && compareEntries(after, entry) === 0) return undefined
    const slotFrom = Math.floor(entry.at / SLOT_MS) * SLOT_MS
    const first = this.indexAt(slotFrom)
    const end = this.indexAt(slotFrom + SLOT_MS)
    const isFull = end - first === 2 * ENDS_KEPT
    if (isFull && place === first + ENDS_KEPT) return undefined
    this.entries.splice(place, 0, entry)
    this.#trust.splice(place, 0, 'unknown')
    if (isFull) {
      this.entries.splice(first + ENDS_KEPT, 1)
      this.#trust.splice(first + ENDS_KEPT, 1)
    }
    const at = isFull && place > first + ENDS_KEPT ? place - 1 : place
    const from = Math.min(at, isFull ? first + ENDS_KEPT : at) - NEIGHBOURS
    this.#trust.fill('unknown', Math.max(0, from), at + NEIGHBOURS + ENDS_KEPT + 1)
    return at
  }

  /** Forgets what is older, but never the last readings there are. */
  forgetBefore(at: number): void {
    const count = Math.min(this.indexAt(at), this.entries.length - KEPT_MIN)
    if (count <= 0) return
    this.entries.splice(0, count)
    this.#trust.splice(0, count)
    this.#trust.fill('unknown', 0, Math.min(NEIGHBOURS, this.#trust.length))
  }

  /** The first entry not before an instant. */
  indexAt(at: number): number {
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.entries[middle]?.at ?? 0) < at) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The last trusted entry at or before an instant. */
  trustedUpTo(at: number): number | undefined {
    return this.trustedBefore(this.indexAt(at + 1))
  }

  /** The last trusted entry below a place. */
  trustedBefore(place: number): number | undefined {
    for (let i = place - 1; i >= 0; i--) if (this.isTrusted(i)) return i
    return undefined
  }

  /** The first trusted entry above a place. */
  trustedAfter(place: number): number | undefined {
    for (let i = place + 1; i < this.entries.length; i++) if (this.isTrusted(i)) return i
    return undefined
  }

  /**
   * A reading is contradicted when a reading before and one after it, among its nearest three, belong together, and it does
   * not fit between them: a wrong value stands out so. A reset does not: nothing before it fits with anything after it.
   */
  isTrusted(i: number): boolean {
    const known = this.#trust[i] ?? 'unknown'
    if (known !== 'unknown') return known === 'trusted'
    const isTrusted = !this.#isContradicted(i)
    this.#trust[i] = isTrusted ? 'trusted' : 'contradicted'
    return isTrusted
  }

  #isContradicted(i: number): boolean {
    const entry = this.entries[i]
    if (entry === undefined) return true
    const before = this.entries.slice(Math.max(0, i - NEIGHBOURS), i)
    const after = this.entries.slice(i + 1, i + 1 + NEIGHBOURS)
    const fitsAfter = after.map((b) => this.#counted(entry, b) !== undefined)
    return before.some((a) => {
      const fits = this.#counted(a, entry) !== undefined
      return after.some((b, at) => !(fits && fitsAfter[at] === true) && this.#counted(a, b) !== undefined)
    })
  }

  #placeOf(entry: TrackEntry): number {
    let place = this.indexAt(entry.at)
    for (let there = this.entries[place]; there !== undefined; there = this.entries[++place])
      if (compareEntries(there, entry) >= 0) break
    return place
  }
}

/** By time; at one instant by value, so that the order of arrival never decides. */
function compareEntries(a: TrackEntry, b: TrackEntry): number {
  if (a.at !== b.at) return a.at - b.at
  if (a.wh !== b.wh) return a.wh - b.wh
  if (a.serial !== b.serial) return a.serial < b.serial ? -1 : 1
  return Number(a.isChecked) - Number(b.isChecked)
}
