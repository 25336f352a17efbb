import { epochMs, wattHour } from '@tri/units'

import type { MeterFace } from './meter-face.ts'
import { spokenBytes, type VirtualKind } from './virtual-kind.ts'

/**
 * What can go wrong with a virtual meter while it is read: it falls silent; its registers begin again at 0; they stand just
 * before their last step and run over; its clock jumps an hour ahead; noise is in what it sends; its clamp is turned round, so
 * that import counts as export. `mended` ends it: a register goes on from where the fault left it.
 */
export const METER_FAULTS = [
  'silence',
  'reset',
  'rollover',
  'clock',
  'garbage',
  'reversed',
  'mended',
] as const
/** One of METER_FAULTS. */
export type MeterFault = (typeof METER_FAULTS)[number]

/** A virtual meter to which things can happen. */
export interface VirtualMeter {
  readonly kind: VirtualKind
  /** What it shows at this moment. */
  face(): MeterFace
  /** What it says of that; undefined while it is silent. */
  speak(): Uint8Array | undefined
  /** A fault comes beside those that are there, until it is mended. */
  play(fault: MeterFault): void
}

/** Where a register begins again at 0, Wh: six digits before the point of kWh. */
export const VIRTUAL_REGISTER_WH = 1_000_000_000
const HOUR_MS = 3_600_000
const NOISE_EVERY = 16
const NOISE_FROM = 8
const NOISE = 0x55

/** A meter of a kind that shows what it is told, and what faults make of it. */
export function openVirtualMeter(kind: VirtualKind, shows: () => MeterFace): VirtualMeter {
  const faults = new Set<MeterFault>()
  let counted = shows()
  let { importWh, exportWh } = counted
  const face = (): MeterFace => {
    const now = shows()
    const [came, went] = [now.importWh - counted.importWh, now.exportWh - counted.exportWh]
    const isReversed = faults.has('reversed')
    importWh = wattHour((importWh + (isReversed ? went : came)) % VIRTUAL_REGISTER_WH)
    exportWh = wattHour((exportWh + (isReversed ? came : went)) % VIRTUAL_REGISTER_WH)
    counted = now
    const at = epochMs(now.at + (faults.has('clock') ? HOUR_MS : 0))
    return { ...now, at, importWh, exportWh, powerW: isReversed ? 0 - now.powerW : now.powerW }
  }
  return {
    kind,
    face,
    speak: () => {
      if (faults.has('silence')) return undefined
      const bytes = spokenBytes(kind, face())
      return faults.has('garbage') ? noisy(kind, bytes) : bytes
    },
    play: (fault) => {
      // What was counted until now was counted without it.
      face()
      if (fault === 'mended') faults.clear()
      else if (fault === 'reset') [importWh, exportWh] = [wattHour(0), wattHour(0)]
      else if (fault === 'rollover')
        [importWh, exportWh] = [wattHour(VIRTUAL_REGISTER_WH - 1), wattHour(VIRTUAL_REGISTER_WH - 1)]
      else faults.add(fault)
    },
  }
}

// A telegram keeps its beginning, so that its check refuses it; what has no check must not keep anything.
function noisy(kind: VirtualKind, bytes: Uint8Array): Uint8Array {
  const hasCheck = kind === 'p1' || kind === 'sml' || kind === 'han'
  return bytes.map((byte, index) => (!hasCheck || index % NOISE_EVERY === NOISE_FROM ? byte ^ NOISE : byte))
}
