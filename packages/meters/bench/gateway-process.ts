import { setTimeout as waitFor } from 'node:timers/promises'

import { epochMs } from '@tri/units'

import { deviceShape } from '../src/device/device-settings.ts'
import { openGateway } from '../src/device/gateway.ts'

// A process of its own for what is measured: a gateway that reads a P1 meter at each of the ports, and nothing else.

const [seconds = 0, ...ports] = process.argv.slice(2).map(Number)
const WARM_MS = 3000
let observed = 0

const devices = ports.map((port, index) =>
  deviceShape.parse({ id: `home-${index}`, template: 'p1', line: { over: 'tcp', host: '127.0.0.1', port } }),
)
const gateway = openGateway(
  devices,
  { observed: () => void observed++ },
  {
    now: () => epochMs(Date.now()),
    dice: () => 0.5,
    pause: async (ms, signal) => await waitFor(ms, undefined, { signal }),
  },
)
await waitFor(WARM_MS)
const [cpu, from, before] = [process.cpuUsage(), performance.now(), observed]
let mostBytes = 0
for (let second = 0; second < seconds; second++) {
  await waitFor(1000)
  mostBytes = Math.max(mostBytes, process.memoryUsage.rss())
}
const used = process.cpuUsage(cpu)
const tookMs = performance.now() - from
process.stdout.write(
  `${JSON.stringify({
    share100: (used.user + used.system) / 10 / tookMs,
    memoryMB: mostBytes / 1e6,
    perSecond: ((observed - before) * 1000) / tookMs,
  })}\n`,
)
await gateway[Symbol.asyncDispose]()
process.exit()
