import type { FrameDecoder } from '../codec.ts'
import type { Payload } from '../payload/payload-reader.ts'
import { keepLine, type Dial } from '../lines/line.ts'
import { dialMqtt } from '../lines/mqtt-dial.ts'
import { dialSerial, type SerialFormat } from '../lines/serial-dial.ts'
import { dialTcp } from '../lines/tcp-dial.ts'
import { lineShape, type LineSettings } from './device-settings.ts'
import type { DeviceTemplate } from './device-template.ts'
import type { Observation } from './observation.ts'
import { openSenses, type Senses } from './sense.ts'
import { DEVICE_TEMPLATES } from './templates.ts'
import { tryDevice } from './try-device.ts'
import type { GatewayPorts } from './gateway.ts'

/** Where to look. */
export interface ScanWish {
  /** Device files of serial ports. */
  readonly serial: readonly string[]
  /** Hosts, `host` or `host:port`: asked for SunSpec, and for what answers over HTTP or sends telegrams over TCP. */
  readonly hosts: readonly string[]
  /** A broker whose topics are listened to. */
  readonly broker?: string | undefined
  /** How long each place is listened to, ms: a P1 meter of before 2014 speaks every ten seconds. */
  readonly patienceMs: number
}

/** A device that said something, before anything of it is kept. */
export interface FoundDevice {
  readonly template: string
  readonly title: string
  readonly line: LineSettings
  readonly seen: Observation
}

/** What a search needs of the world around it. */
export type ScanPorts = GatewayPorts & { readonly signal: AbortSignal }

/** Places that are looked at at once. */
const PLACES_AT_ONCE = 8
/** Devices that one broker may show. */
export const BROKER_DEVICES_MAX = 128
const TELEGRAM_PORTS = [2001, 23, 8088] as const
const HTTP_PORTS = [80, 7070, 8084] as const
const MODBUS_PORT = 502
const MODBUS_UNITS = [1, 126, 3, 2] as const

/**
 * Looks for devices and tells each as soon as it has said something usable: a live value stands beside every find. It changes
 * nothing, and writes nothing to any device.
 */
export async function scanDevices(
  wish: ScanWish,
  ports: ScanPorts,
  found: (device: FoundDevice) => void,
): Promise<void> {
  const looks = [
    ...wish.serial.map((path) => async () => await scanSerial(path, wish.patienceMs, ports, found)),
    ...wish.hosts.map((host) => async () => await scanHost(host, wish.patienceMs, ports, found)),
    ...(wish.broker === undefined ? [] : [wish.broker]).map(
      (broker) => async () => await scanBroker(broker, wish.patienceMs, ports, found),
    ),
  ]
  const waiting = looks.values()
  const worker = async () => {
    for (const look of waiting) if (!ports.signal.aborted) await look()
  }
  await Promise.all(Array.from({ length: PLACES_AT_ONCE }, worker))
}

/** A port is listened to at each speed that some template uses, by all its decoders at once. */
async function scanSerial(
  path: string,
  forMs: number,
  ports: ScanPorts,
  found: (device: FoundDevice) => void,
) {
  for (const { baud, format, templates } of serialSettings()) {
    const heard = await listen(dialSerial({ path, baud, format }), path, templates, forMs, ports)
    if (heard === undefined) continue
    found({ ...heard, line: { over: 'serial', path, baud, format } })
    return
  }
}

interface Ear {
  readonly template: DeviceTemplate
  readonly decoder: FrameDecoder
  readonly senses: Senses
}

function serialSettings() {
  const settings = new Map<string, { baud: number; format: SerialFormat; templates: DeviceTemplate[] }>()
  for (const template of DEVICE_TEMPLATES.values()) {
    if (template.speech.by !== 'frames' || template.speech.talk !== undefined) continue
    for (const { baud, format } of template.speech.serial) {
      const of = settings.get(`${baud} ${format}`) ?? { baud, format, templates: [] }
      of.templates.push(template)
      settings.set(`${baud} ${format}`, of)
    }
  }
  return [...settings.values()]
}

function earOf(template: DeviceTemplate): Ear[] {
  if (template.speech.by !== 'frames') return []
  return [{ template, decoder: template.speech.codec.open(), senses: openSenses(template.senses) }]
}

type Heard = Pick<FoundDevice, 'template' | 'title' | 'seen'>

/** What the first of the templates makes of what a line brings. */
async function listen(
  dial: Dial<Uint8Array>,
  name: string,
  templates: readonly DeviceTemplate[],
  forMs: number,
  ports: ScanPorts,
): Promise<Heard | undefined> {
  const ears = templates.flatMap((template) => earOf(template))
  const over = new AbortController()
  let heard: Heard | undefined
  const deliver = (bytes: Uint8Array) => {
    for (const { template, decoder, senses } of ears)
      for (const frame of decoder.push(bytes)) {
        const seen = senses.observe(template.mends?.(frame) ?? frame, ports.now())
        if (seen === undefined) continue
        heard ??= { template: template.id, title: template.title, seen }
        over.abort()
      }
  }
  const signal = AbortSignal.any([over.signal, ports.signal])
  const listening = keepLine(dial, deliver, { name }, { ...ports, signal })
  await ports.pause(forMs, signal).catch(() => undefined)
  over.abort()
  await listening
  return heard
}

async function scanHost(
  place: string,
  forMs: number,
  ports: ScanPorts,
  found: (device: FoundDevice) => void,
) {
  const { host, port } = hostAndPort(place)
  const speakers = [...DEVICE_TEMPLATES.values()].filter(
    ({ speech }) => speech.by === 'frames' && speech.talk === undefined,
  )
  const answers: FoundDevice[] = []
  const asks = candidatesAt(host, port).map(async ({ template, lines }) => {
    for (const line of lines) {
      const outcome = await tryDevice({ id: 'scan', template: template.id, line }, forMs, ports)
      if (!outcome.ok) continue
      answers.push({ template: template.id, title: template.title, line, seen: outcome.value })
      return
    }
  })
  const hears = (port === undefined ? TELEGRAM_PORTS : [port]).map(async (at) => {
    const heard = await listen(dialTcp({ host, port: at }), place, speakers, forMs, ports)
    if (heard !== undefined) found({ ...heard, line: lineShape.parse({ over: 'tcp', host, port: at }) })
  })
  await Promise.all([...asks, ...hears])
  for (const device of richest(answers)) found(device)
}

// Two templates may read one answer, such as a meter of three phases and one of its phases: the one that says more is it.
function richest(answers: readonly FoundDevice[]): FoundDevice[] {
  const said = ({ seen }: FoundDevice) => JSON.stringify(seen).length
  const role = ({ template }: FoundDevice) => DEVICE_TEMPLATES.get(template)?.role ?? ''
  const byPlace = Map.groupBy(answers, (answer) => `${role(answer)} ${JSON.stringify(answer.line)}`)
  return [...byPlace.values()].flatMap((of) => of.toSorted((a, b) => said(b) - said(a)).slice(0, 1))
}

interface Candidate {
  readonly template: DeviceTemplate
  /** Tried one after another: the first that answers is it. */
  readonly lines: readonly LineSettings[]
}

function candidatesAt(host: string, port: number | undefined): Candidate[] {
  return [...DEVICE_TEMPLATES.values()].flatMap((template): Candidate[] => {
    const { speech } = template
    if (speech.by === 'sunspec') {
      const lines = MODBUS_UNITS.map((unit) =>
        lineShape.parse({ over: 'modbus-tcp', host, port: port ?? MODBUS_PORT, unit }),
      )
      return [{ template, lines }]
    }
    if (speech.by !== 'payloads' || speech.path === undefined) return []
    const at = host.includes(':') ? `[${host}]` : host
    const urls = (port === undefined ? HTTP_PORTS : [port]).map((of) => `http://${at}:${of}${speech.path}`)
    return [{ template, lines: urls.map((url) => lineShape.parse({ over: 'http', url })) }]
  })
}

function hostAndPort(place: string): { readonly host: string; readonly port?: number } {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(place)
  const plain = /^([^:]+)(?::(\d{1,5}))?$/.exec(place)
  const [, host = place, port] = bracketed ?? plain ?? []
  return port === undefined ? { host } : { host, port: Number(port) }
}

async function scanBroker(
  broker: string,
  forMs: number,
  ports: ScanPorts,
  found: (device: FoundDevice) => void,
) {
  const over = new AbortController()
  const known = new Set<string>()
  const readers = [...DEVICE_TEMPLATES.values()].flatMap((template) =>
    template.speech.by === 'payloads'
      ? [{ template, topics: template.speech.topics, reader: template.speech.protocol.open() }]
      : [],
  )
  const deliver = (payload: Payload) => {
    for (const { template, topics: patterns, reader } of readers) {
      const frame = reader.read(payload)
      const seen = frame === undefined ? undefined : openSenses(template.senses).observe(frame, ports.now())
      if (seen === undefined) continue
      const topics = topicsOf(payload.topic, patterns)
      const name = topics.join(' ')
      if (known.has(name) || known.size >= BROKER_DEVICES_MAX) return
      known.add(name)
      found({
        template: template.id,
        title: template.title,
        line: lineShape.parse({ over: 'mqtt', broker, topics }),
        seen,
      })
      return
    }
  }
  const signal = AbortSignal.any([over.signal, ports.signal])
  const dial = dialMqtt({ url: broker, clientId: `tri-scan-${Math.floor(ports.dice() * 1e6)}` }, ['#'])
  const listening = keepLine(dial, deliver, { name: broker }, { ...ports, signal })
  await ports.pause(forMs, signal).catch(() => undefined)
  over.abort()
  await listening
}

/** All topics of the device that spoke, by its template's patterns; just the one it spoke under where none fits. */
function topicsOf(topic: string, patterns: readonly string[]): string[] {
  const steps = topic.split('/')
  for (const pattern of patterns) {
    const wanted = pattern.split('/')
    const fits = wanted.every((step, i) => step === '#' || step === '{name}' || step === steps[i])
    if (fits) return [wanted.map((step, i) => (step === '{name}' ? (steps[i] ?? step) : step)).join('/')]
  }
  return [topic]
}
