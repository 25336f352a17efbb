import {
  askedServer,
  imageServer,
  openPublisher,
  openVirtualSerial,
  speakingServer,
  lineShape,
  type LineSettings,
  type VirtualMeter,
} from '@tri/meters'

/** How the connection meters of a street are reached, one home after the other. */
export const STREET_MIX = [
  { kind: 'p1', by: 'serial' },
  { kind: 'sunspec-meter', by: 'modbus' },
  { kind: 'sml', by: 'tcp' },
  { kind: 'tasmota-meter', by: 'mqtt' },
  { kind: 'homewizard-p1', by: 'http' },
  { kind: 'sml', by: 'serial' },
  { kind: 'p1', by: 'tcp' },
  { kind: 'shelly-3em', by: 'http' },
  { kind: 'han', by: 'serial' },
] as const
/** How a virtual meter is reached. */
export type StreetReach = (typeof STREET_MIX)[number]['by']

/** Where a street's devices are set up. */
export interface StreetGround {
  /** Device files of serial ports are made here; undefined where none can be made, and a bridge over TCP stands in. */
  readonly serialFolder: string | undefined
  readonly broker: string
  /** What is opened is closed with it. */
  readonly opened: AsyncDisposableStack
}

/** A virtual meter at its place. */
export interface StreetPlace {
  readonly line: LineSettings
  /** Sends what it says by itself, where it is one that does. */
  tick(): void
}

const LOOPBACK = '127.0.0.1'
const HTTP_PATHS = { 'homewizard-p1': '/api/v1/data', 'shelly-3em': '/status' } as const

/** A device that is asked says nothing by itself. */
const asked = () => undefined

/** Puts a meter where a driver can find it. */
export async function openPlace(
  name: string,
  meter: VirtualMeter,
  by: StreetReach,
  { serialFolder, broker, opened }: StreetGround,
): Promise<StreetPlace> {
  const speak = () => meter.speak()
  if (by === 'modbus') {
    const { port } = opened.use(await imageServer(() => registersOf(speak())))
    return { line: lineShape.parse({ over: 'modbus-tcp', host: LOOPBACK, port }), tick: asked }
  }
  if (by === 'http') {
    const path = meter.kind === 'shelly-3em' ? HTTP_PATHS['shelly-3em'] : HTTP_PATHS['homewizard-p1']
    const { port } = opened.use(await askedServer(speak, path))
    return { line: lineShape.parse({ over: 'http', url: `http://${LOOPBACK}:${port}${path}` }), tick: asked }
  }
  if (by === 'mqtt') {
    const topic = `tele/${name}/SENSOR`
    const device = opened.use(await openPublisher({ broker, topic, speak }))
    return { line: lineShape.parse({ over: 'mqtt', broker, topics: [topic] }), tick: () => device.tick() }
  }
  const server = opened.use(await speakingServer(speak))
  const tick = () => server.tick()
  if (by === 'tcp' || serialFolder === undefined)
    return { line: lineShape.parse({ over: 'tcp', host: LOOPBACK, port: server.port }), tick }
  const path = `${serialFolder}/${name}`
  opened.use(await openVirtualSerial(path, server.port))
  // A pty has no parity, which is what such a meter uses at its usual speed.
  const settings = meter.kind === 'han' ? { baud: 115_200, format: '8N1' } : {}
  return { line: lineShape.parse({ over: 'serial', path, ...settings }), tick }
}

function registersOf(bytes: Uint8Array | undefined): Uint16Array | undefined {
  if (bytes === undefined) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i))
}
