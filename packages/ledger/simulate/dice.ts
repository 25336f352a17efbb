import { present } from '@tri/units'

/** A stream of numbers that a seed decides: the same seed throws the same dice on every machine. */
export interface Dice {
  /** A whole number in `[0, end)`. */
  below(end: number): number
  /** A whole number in `[from, until)`. */
  between(from: number, until: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** A new list in another order. */
  shuffled<T>(list: readonly T[]): T[]
}

const WORD = 2 ** 32
/** Throws that are made and forgotten, until the seed has reached every bit. */
const WARM_UP = 12

/**
 * The dice of one purpose. Each purpose has its own, so that leaving one kind of trouble out leaves the others as they
 * were: that is what makes a broken run easy to cut down.
 *
 * @see sfc32, Chris Doty-Humphrey, PractRand 0.94: 128 bits of state, one of which counts, so no cycle is short
 */
export function diceOf(seed: number, purpose: string): Dice {
  let a = seed >>> 0
  let b = Math.floor(seed / WORD) >>> 0
  let c = hashOf(purpose)
  let counter = 1
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    c |= 0
    return t >>> 0
  }
  for (let i = 0; i < WARM_UP; i++) next()
  const below = (end: number): number => Math.floor((next() / WORD) * end)
  return {
    below,
    between: (from, until) => from + below(until - from),
    chance: (probability) => next() < probability * WORD,
    pick: (list) => present(list[below(list.length)], 'nobody picks from nothing'),
    shuffled(list) {
      const order = [...list]
      for (let i = order.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const [x, y] = [present(order[i], 'inside'), present(order[j], 'inside')]
        order[i] = y
        order[j] = x
      }
      return order
    },
  }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
