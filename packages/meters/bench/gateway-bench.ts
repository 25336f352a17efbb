import { join } from 'node:path'

import { z } from 'zod'

import type { MetersRow } from './meters-row.ts'
import { workerProcess } from './worker-process.ts'

/** Sizes of a run. */
export interface GatewayBenchSizes {
  readonly devices: number
  readonly seconds: number
}

export const GATEWAY_FULL: GatewayBenchSizes = { devices: 200, seconds: 20 }
export const GATEWAY_TINY: GatewayBenchSizes = { devices: 4, seconds: 1 }

/** What the process with the virtual meters tells. */
export const streetShape = z.object({ ports: z.array(z.int()), modbus: z.int() })
const measured = z.object({ share100: z.number(), memoryMB: z.number(), perSecond: z.number() })

const here = (name: string) => join(import.meta.dirname, name)

/** A gateway that reads a street of P1 meters over TCP on the loopback, in a process of its own. */
export async function gatewayRows({ devices, seconds }: GatewayBenchSizes): Promise<MetersRow[]> {
  await using street = workerProcess(process.execPath, [here('street-process.ts'), String(devices)])
  const { ports } = streetShape.parse(await street.heard())
  await using gateway = workerProcess(process.execPath, [
    here('gateway-process.ts'),
    String(seconds),
    ...ports.map(String),
  ])
  const { share100, memoryMB, perSecond } = measured.parse(await gateway.heard())
  const name = `${devices} devices at 1 s`
  return [
    { name: `${name}, observations`, value: perSecond, unit: '/s', bar: devices * 0.9 },
    { name: `${name}, share of a core`, value: share100, unit: '%', bar: 25 },
    { name: `${name}, memory of the process`, value: memoryMB, unit: 'MB', bar: 250 },
  ]
}
