import { setTimeout as waitFor } from 'node:timers/promises'

import { epochMs } from '@tri/units'

import { keepLine, type Dial, type LineOptions, type LinePorts, type LineState } from '../lines/line.ts'
import { until } from './until.ts'

/** A line under test: what arrived on it, what it told, and a way to wait for either. */
export interface LineRig<T> extends AsyncDisposable {
  readonly items: readonly T[]
  readonly states: readonly LineState[]
  /** Pauses that were asked for, ms; none of them was really waited. */
  readonly pauses: readonly number[]
  /** Resolves once something holds of what arrived or was told. */
  until(holds: (rig: LineRig<T>) => boolean): Promise<void>
  close(): Promise<void>
}

/** Ports of a line whose pauses take a moment, whatever was asked for. */
export function briefPorts(signal: AbortSignal): LinePorts & { readonly pauses: number[] } {
  const pauses: number[] = []
  let nowMs = 1_780_315_200_000
  return {
    signal,
    pauses,
    dice: () => 0.5,
    now: () => epochMs(nowMs),
    pause: async (ms, ended) => {
      pauses.push(ms)
      nowMs += ms
      await waitFor(1, undefined, { signal: ended })
    },
  }
}

/** Keeps a line on brief ports. */
export function lineRig<T>(
  make: (ports: LinePorts) => Dial<T>,
  options: LineOptions = { name: 'a line' },
): LineRig<T> {
  const closing = new AbortController()
  const ports = briefPorts(closing.signal)
  const items: T[] = []
  const states: LineState[] = []
  const told = (state: LineState) => void states.push(state)
  const kept = keepLine(make(ports), (item) => void items.push(item), options, { ...ports, told })
  const close = async () => {
    closing.abort()
    await kept
  }
  const rig: LineRig<T> = {
    items,
    states,
    pauses: ports.pauses,
    until: async (holds) =>
      await until(
        () => holds(rig),
        () => `the line told ${JSON.stringify(states.slice(-3))}`,
      ),
    close,
    [Symbol.asyncDispose]: close,
  }
  return rig
}

/** Waits as long as was asked: for a search, whose patience is part of what is tried. */
export async function realPause(ms: number, signal: AbortSignal): Promise<void> {
  await waitFor(ms, undefined, { signal })
}
