import type { KeyValue } from '@tri/community'
import type { DeviceReport } from '@tri/meters'
import { epochMs, type EpochMs } from '@tri/units'
import { z } from 'zod'

import { isHeard } from './home-texts.ts'
import type { OutwardsEvent } from './outwards-sources.ts'

const lastShape = z.int().min(0).nullable()

/** Tells which devices fell silent, and which came back. */
export interface DeviceWatch {
  look(reports: readonly DeviceReport[], nowMs: EpochMs): OutwardsEvent[]
}

/**
 * Watches devices for silence. Which ones are silent is remembered in the node's notes: a restart tells none of them again, and
 * tells when one is back.
 *
 * @param startedAt a device that was never heard is silent when that is long ago
 */
export function deviceWatch(
  store: KeyValue,
  { startedAt, silentMs }: { readonly startedAt: EpochMs; readonly silentMs: number },
): DeviceWatch {
  const look = (report: DeviceReport, nowMs: EpochMs): OutwardsEvent | undefined => {
    const device = report.settings.id
    const key = `device-silent/${device}`
    const silent = store.get(key)
    if (isHeard(report, nowMs, silentMs)) {
      if (silent === undefined) return undefined
      store.delete(key)
      return { kind: 'device-back', device, lastAt: lastFrom(silent) }
    }
    const lastAt = report.lastObservation?.takenAt ?? null
    if (silent !== undefined || nowMs - Math.max(lastAt ?? 0, startedAt) < silentMs) return undefined
    store.set(key, new TextEncoder().encode(JSON.stringify(lastAt)))
    return { kind: 'device-silent', device, lastAt }
  }
  return { look: (reports, nowMs) => reports.flatMap((report) => look(report, nowMs) ?? []) }
}

function lastFrom(value: Uint8Array): EpochMs | null {
  const lastAt = lastShape.parse(JSON.parse(new TextDecoder().decode(value)))
  return lastAt === null ? null : epochMs(lastAt)
}
