import { Fault, epochMs, type EpochMs } from '@tri/units'

/** What the household sees of a line. */
export type LineState =
  | { readonly is: 'opening'; readonly tries: number }
  | { readonly is: 'up'; readonly since: EpochMs }
  | { readonly is: 'waiting'; readonly until: EpochMs; readonly tries: number; readonly problem: Fault }
  | { readonly is: 'closed' }

/** What a line needs of the world around it. */
export interface LinePorts {
  /** Aborted to close the line. */
  readonly signal: AbortSignal
  readonly now: () => EpochMs
  /** Waits; rejects when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** From 0 up to 1: spreads the pauses, so that a street does not come back all at once. */
  readonly dice: () => number
  readonly told?: (state: LineState) => void
}

/** One try at a line, while it lasts. */
export interface Attempt {
  /** Aborted when the line is closed or was silent for too long. */
  readonly signal: AbortSignal
  /** The other side is there: the next failure starts with the shortest pause again. */
  readonly up: () => void
}

/**
 * One try at being connected: hands over what arrives, in order, until the other side ends it (returns), it fails (throws)
 * or the attempt's signal is aborted.
 */
export type Dial<T> = (deliver: (item: T) => void, attempt: Attempt) => Promise<void>

/** How a line is kept. */
export interface LineOptions {
  /** What the line is, for its faults: `/dev/ttyUSB0`, `tcp://10.0.0.7:2001`. */
  readonly name: string
  /** Silence after which the line counts as broken, ms; absent where silence is normal. */
  readonly silentMs?: number
}

/** Pause after the first failure, ms; it doubles with every further one. */
export const LINE_PAUSE_MS_MIN = 1000
/** Longest pause between two tries, ms: a device that comes back is seen within a minute. */
export const LINE_PAUSE_MS_MAX = 60_000

/**
 * Keeps a line open until its signal is aborted: dials, hands over what arrives, and dials again after a growing pause when
 * it ends or fails. It never throws for what the other side does; `told` hears every change of state.
 *
 * @param dial    one try; see `dialSerial`, `dialTcp`, `dialFile`, `dialHttp`, `dialMqtt`, `dialModbus`
 * @param deliver gets each item; it must not throw: what a device's driver makes of it is the driver's own affair
 */
export async function keepLine<T>(
  dial: Dial<T>,
  deliver: (item: T) => void,
  { name, silentMs }: LineOptions,
  ports: LinePorts,
): Promise<void> {
  const tell = ports.told ?? (() => undefined)
  for (let tries = 0; !ports.signal.aborted;) {
    tell({ is: 'opening', tries })
    const watch = silenceWatch(name, silentMs, ports)
    let wasUp = false
    const up = () => {
      if (wasUp) return
      wasUp = true
      tell({ is: 'up', since: ports.now() })
    }
    const heard = (item: T) => {
      watch.heard()
      up()
      deliver(item)
    }
    const problem = await outcomeOf(dial(heard, { signal: watch.signal, up }), name, watch)
    watch.stop()
    if (ports.signal.aborted) break
    tries = wasUp ? 1 : tries + 1
    const waitMs = pauseAfter(tries, ports.dice())
    tell({ is: 'waiting', until: epochMs(ports.now() + waitMs), tries, problem })
    await ports.pause(waitMs, ports.signal).catch(() => undefined)
  }
  tell({ is: 'closed' })
}

/** The pause after so many failures in a row: doubled each time, at most the longest, spread over its upper half. */
export function pauseAfter(tries: number, dice: number): number {
  const full = Math.min(LINE_PAUSE_MS_MAX, LINE_PAUSE_MS_MIN * 2 ** Math.min(tries - 1, 16))
  return Math.round(full / 2 + (full / 2) * dice)
}

async function outcomeOf(trying: Promise<void>, name: string, watch: SilenceWatch): Promise<Fault> {
  try {
    await trying
    return watch.broke() ?? new Fault('line-ended', { line: name })
  } catch (cause) {
    const silent = watch.broke()
    if (silent !== undefined) return silent
    return cause instanceof Fault
      ? cause
      : new Fault('line-broken', { line: name, reason: reasonOf(cause) }, { cause })
  }
}

/** What a system error says, in its own short code where it has one. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const code: unknown = Reflect.get(cause, 'code')
  return typeof code === 'string' ? code : cause.message
}

interface SilenceWatch {
  readonly signal: AbortSignal
  heard(): void
  /** The fault of a silence that broke the line. */
  broke(): Fault | undefined
  stop(): void
}

function silenceWatch(name: string, silentMs: number | undefined, ports: LinePorts): SilenceWatch {
  const breaking = new AbortController()
  const over = new AbortController()
  let lastAt = ports.now()
  const watch = async (limitMs: number) => {
    const ended = AbortSignal.any([ports.signal, over.signal])
    while (!ended.aborted) {
      const leftMs = lastAt + limitMs - ports.now()
      if (leftMs <= 0)
        return breaking.abort(new Fault('line-silent', { line: name, seconds: limitMs / 1000 }))
      await ports.pause(leftMs, ended).catch(() => undefined)
    }
  }
  if (silentMs !== undefined) void watch(silentMs)
  return {
    signal: AbortSignal.any([ports.signal, breaking.signal]),
    heard: () => {
      lastAt = ports.now()
    },
    broke: () => (breaking.signal.reason instanceof Fault ? breaking.signal.reason : undefined),
    stop: () => over.abort(),
  }
}
