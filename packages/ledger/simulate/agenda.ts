import { present } from '@tri/units'

/** Something that will happen at a moment of the simulated world. */
interface Entry {
  readonly at: number
  /** Two things of one moment happen in the order in which they were planned. */
  readonly number: number
  readonly happen: () => void
}

/** What is going to happen, first things first. Nobody waits for a real clock. */
export interface Agenda {
  /** ms since 1970 UTC, as nobody in the simulated world knows them exactly. */
  readonly now: number
  plan(inMs: number, happen: () => void): void
  /** Lets the next thing happen; false when nothing is left. */
  step(): boolean
}

/** An empty agenda that begins at a moment: a binary heap by time, then by number. */
export function agendaFrom(start: number): Agenda {
  const heap: Entry[] = []
  let now = start
  let planned = 0
  return {
    get now() {
      return now
    },
    plan(inMs, happen) {
      heap.push({ at: now + Math.max(0, Math.floor(inMs)), number: planned++, happen })
      rise(heap)
    },
    step() {
      const first = heap[0]
      const last = heap.pop()
      if (first === undefined || last === undefined) return false
      if (heap.length > 0) {
        heap[0] = last
        sink(heap)
      }
      now = first.at
      first.happen()
      return true
    },
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number)
}

function at(heap: readonly Entry[], index: number): Entry {
  return present(heap[index], 'a place inside the heap is filled')
}

function swap(heap: Entry[], i: number, j: number): void {
  const [x, y] = [at(heap, i), at(heap, j)]
  heap[i] = y
  heap[j] = x
}

function rise(heap: Entry[]): void {
  for (let i = heap.length - 1; i > 0;) {
    const parent = (i - 1) >> 1
    if (!isBefore(at(heap, i), at(heap, parent))) return
    swap(heap, i, parent)
    i = parent
  }
}

function sink(heap: Entry[]): void {
  for (let i = 0; ;) {
    const left = 2 * i + 1
    const right = left + 1
    let least = i
    if (left < heap.length && isBefore(at(heap, left), at(heap, least))) least = left
    if (right < heap.length && isBefore(at(heap, right), at(heap, least))) least = right
    if (least === i) return
    swap(heap, i, least)
    i = least
  }
}
