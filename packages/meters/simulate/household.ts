import type { Dice } from './dice.ts'

const HOUR_MS = 3_600_000
/** W that the household draws or feeds at most; the connection lets more through. */
const HOUSEHOLD_W_MAX = 10_000

/** What a household really took and gave, by the millisecond. */
export interface Household {
  /** Wh counted since the beginning, as a perfect register shows it. */
  importAt(ms: number): number
  exportAt(ms: number): number
}

interface Piece {
  readonly from: number
  readonly importW: number
  readonly exportW: number
  readonly importWattMs: number
  readonly exportWattMs: number
}

/** A household between two instants: in each piece of time it takes, gives, or does nothing. */
export function householdOf(dice: Dice, from: number, until: number): Household {
  const pieces: Piece[] = []
  let importWattMs = 0
  let exportWattMs = 0
  const longest = Math.max(2 * HOUR_MS, (until - from) / 150)
  for (let at = from - HOUR_MS; at < until + 2 * HOUR_MS;) {
    const power = dice.chance(0.15) ? 0 : dice.between(20, dice.chance(0.2) ? HOUSEHOLD_W_MAX : 1500)
    const isGiving = dice.chance(0.35)
    const importW = isGiving ? 0 : power
    const exportW = isGiving ? power : 0
    pieces.push({ from: at, importW, exportW, importWattMs, exportWattMs })
    const ms = dice.between(60_000, longest)
    importWattMs += importW * ms
    exportWattMs += exportW * ms
    at += ms
  }
  const pieceAt = (ms: number): Piece | undefined => {
    let low = 0
    let high = pieces.length
    while (low + 1 < high) {
      const middle = (low + high) >>> 1
      if ((pieces[middle]?.from ?? 0) <= ms) low = middle
      else high = middle
    }
    return pieces[low]
  }
  return {
    importAt(ms) {
      const piece = pieceAt(ms)
      return piece === undefined
        ? 0
        : Math.floor((piece.importWattMs + piece.importW * (ms - piece.from)) / HOUR_MS)
    },
    exportAt(ms) {
      const piece = pieceAt(ms)
      return piece === undefined
        ? 0
        : Math.floor((piece.exportWattMs + piece.exportW * (ms - piece.from)) / HOUR_MS)
    },
  }
}
