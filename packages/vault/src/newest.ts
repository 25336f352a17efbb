import { epochMs, type EpochMs } from '@tri/units'

import type { Core } from './core.ts'

/** The newest instant of a meter that its newest window holds, of readings or of quarter hours: when, and not what. */
export function newestIn({ channels, windows }: Core, meter: string): EpochMs | undefined {
  const instants = (['second', 'slot'] as const).flatMap((resolution) => {
    const channel = channels.find(meter, resolution)
    const start = channel === undefined ? undefined : windows.newest(channel)
    if (channel === undefined || start === undefined) return []
    const last = windows.instants(channel, start).current().at(-1)
    return last === undefined ? [] : [last.at]
  })
  return instants.length === 0 ? undefined : epochMs(Math.max(...instants))
}
