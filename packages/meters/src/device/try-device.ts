import { accept, refuse, type Fault, type Outcome } from '@tri/units'

import type { LinePorts } from '../lines/line.ts'
import type { DeviceSettings } from './device-settings.ts'
import type { DeviceTemplate } from './device-template.ts'
import { openGateway, type GatewayPorts } from './gateway.ts'
import type { DeviceReport } from './device.ts'
import type { Observation } from './observation.ts'

/** Why a device said nothing usable in time, with all that is known of it. */
export interface DeviceSilence {
  readonly reason: 'nothing-heard' | 'nothing-usable' | 'line-failed'
  readonly report: DeviceReport
  readonly fault: Fault | undefined
}

/**
 * Reads a device until it says something, and at most for the given time. Nothing is kept.
 *
 * @param forMs how long it is listened to
 * @throws Fault `template-unknown`, `line-not-for-template`
 */
export async function tryDevice(
  settings: DeviceSettings,
  forMs: number,
  ports: Pick<LinePorts, 'signal'> & GatewayPorts,
  templates?: ReadonlyMap<string, DeviceTemplate>,
): Promise<Outcome<Observation, DeviceSilence>> {
  const heard = new AbortController()
  let seen: Observation | undefined
  const observed = (_of: DeviceSettings, observation: Observation) => {
    seen ??= observation
    heard.abort()
  }
  await using gateway = openGateway([settings], { observed }, ports, templates)
  await ports.pause(forMs, AbortSignal.any([heard.signal, ports.signal])).catch(() => undefined)
  if (seen !== undefined) return accept(seen)
  const [report] = gateway.reports()
  if (report === undefined) throw new Error('a gateway of one device reports on one')
  return refuse({ reason: reasonOf(report), report, fault: faultOf(report) })
}

function reasonOf({ line, frames, fault }: DeviceReport): DeviceSilence['reason'] {
  if (fault !== undefined || line.is === 'waiting') return 'line-failed'
  return frames.valid + frames.invalid + frames.absent > 0 ? 'nothing-usable' : 'nothing-heard'
}

function faultOf({ line, fault }: DeviceReport): Fault | undefined {
  return fault ?? (line.is === 'waiting' ? line.problem : undefined)
}
