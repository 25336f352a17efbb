import { isSame, type Entered } from '../entry.ts'

/** What became of an entry: kept as new, known already, kept beside another that says otherwise, or put in its place. */
export type Verdict = 'new' | 'known' | 'conflict' | 'corrected'
/** What a version of an instant counts for. */
export type Standing = 'current' | 'superseded' | 'conflicting'

interface Version {
  readonly entered: Entered
  readonly standing: Standing
}

/**
 * The instants of a window, each with all that was said of it. Playing the same entries in the same order gives the same
 * instants, and entries are never changed: so what a block or the tail keeps is what was said, and standing follows from it.
 */
export class Instants {
  readonly #current = new Map<number, Entered>()
  readonly #others = new Map<number, Version[]>()
  readonly #isDerived: boolean

  /** @param isDerived whether entries are made here from others: then the same one may rightly come again after another */
  constructor({ isDerived }: { readonly isDerived: boolean }) {
    this.#isDerived = isDerived
  }

  /** @returns what the entry counts for; `known` leaves everything as it was */
  play(entered: Entered): Verdict {
    const { at } = entered
    const current = this.#current.get(at)
    if (current === undefined) {
      this.#current.set(at, entered)
      return 'new'
    }
    if (isSame(current, entered)) return 'known'
    const others = this.#others.get(at) ?? []
    // A correction may bring back what was said first; only a correction that was given before is known.
    const isKnown = others.some(
      (other) => isSame(other.entered, entered) && (!entered.isCorrection || other.entered.isCorrection),
    )
    if (isKnown && !this.#isDerived) return 'known'
    this.#others.set(at, others)
    if (!entered.isCorrection) {
      others.push({ entered, standing: 'conflicting' })
      return 'conflict'
    }
    others.push({ entered: current, standing: 'superseded' })
    this.#current.set(at, entered)
    return 'corrected'
  }

  get(at: number): Entered | undefined {
    return this.#current.get(at)
  }

  /** Everything that was said of an instant: what counts first. */
  versions(at: number): Version[] {
    const current = this.#current.get(at)
    if (current === undefined) return []
    return [{ entered: current, standing: 'current' }, ...(this.#others.get(at) ?? [])]
  }

  /** What counts, in the order of time. */
  current(): Entered[] {
    return [...this.#current.values()].toSorted((a, b) => a.at - b.at)
  }

  /** Everything, in the order of time, and of one instant in an order that plays to the same. */
  *all(): Generator<Entered> {
    for (const at of [...this.#current.keys()].toSorted((a, b) => a - b)) {
      const others = this.#others.get(at) ?? []
      yield* others.filter(({ standing }) => standing === 'superseded').map(({ entered }) => entered)
      const current = this.#current.get(at)
      if (current !== undefined) yield current
      yield* others.filter(({ standing }) => standing === 'conflicting').map(({ entered }) => entered)
    }
  }
}
