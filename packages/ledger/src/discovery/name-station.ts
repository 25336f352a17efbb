import multicastDns from 'multicast-dns'

import { BEACON_BYTES_MAX } from './beacon.ts'
import { BEACON_EVERY_MS, type Station, type StationPorts } from './beacon-station.ts'
import { linkInterfaces, onEachInterface, type LinkInterface } from './link-interfaces.ts'

/** The group and port of multicast DNS, RFC 6762. */
const GROUP = 'ff02::fb'
const PORT = 5353
const SERVICE = '_tri._tcp.local'
const TTL_SECONDS = 120
/** A string of a text record holds no more, RFC 1035 section 3.3. */
const STRING_BYTES_MAX = 255

/** What the name station needs besides. */
export interface NamePorts extends StationPorts {
  /** A name for this run of the box, random: it must not tell whose box it is. */
  readonly name: string
}

/**
 * Answers and asks by multicast DNS, for networks that pass nothing else on. What it carries is the same signed beacon, in
 * a text record, so there is nothing else to believe or to forge.
 */
export function openNameStation(ports: NamePorts): Station {
  const { beacon, interfaces = linkInterfaces, everyMs = BEACON_EVERY_MS } = ports
  const stations = new Set<multicastDns.Station>()
  const each = onEachInterface(interfaces, (on) => {
    const station = stationOn(on, ports)
    stations.add(station)
    return {
      [Symbol.dispose]: () => {
        stations.delete(station)
        station.destroy()
      },
    }
  })
  const callNow = (): void => {
    each.look()
    for (const station of stations) ask(station)
  }
  callNow()
  // Who answers needs only look for interfaces that came; who asks, asks again.
  const timer = setInterval(beacon === undefined ? callNow : each.look, everyMs).unref()
  return {
    callNow,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      const closing = [...stations].map((station) => new Promise<void>((done) => station.destroy(done)))
      stations.clear()
      await Promise.all(closing)
      each[Symbol.dispose]()
    },
  }
}

function stationOn({ name: link }: LinkInterface, { beacon, hear, name }: NamePorts): multicastDns.Station {
  const on = `::%${link}`
  const station = multicastDns({ type: 'udp6', ip: GROUP, interface: on, bind: '::', port: PORT })
  // A network that is down is nothing to report: its station is opened anew when it is back.
  station.on('warning', () => undefined)
  station.on('error', () => undefined)
  station.on('ready', () => ask(station))
  station.on('response', ({ answers, additionals }, { address }) => {
    for (const record of [...answers, ...additionals]) {
      const bytes = record.type === 'TXT' && record.name.endsWith(SERVICE) ? bytesIn(record.data) : undefined
      if (bytes !== undefined) hear(bytes, address)
    }
  })
  station.on('query', ({ questions }) => {
    const bytes = questions.some((question) => question.name === SERVICE) ? beacon?.() : undefined
    if (bytes === undefined) return
    const instance = `${name}.${SERVICE}`
    station.respond({
      answers: [
        { name: SERVICE, type: 'PTR', ttl: TTL_SECONDS, data: instance },
        { name: instance, type: 'TXT', ttl: TTL_SECONDS, data: stringsOf(bytes) },
      ],
    })
  })
  return station
}

function ask(station: multicastDns.Station): void {
  station.query({ questions: [{ name: SERVICE, type: 'PTR' }] })
}

function stringsOf(bytes: Uint8Array): Buffer[] {
  const count = Math.ceil(bytes.length / STRING_BYTES_MAX)
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(bytes.subarray(i * STRING_BYTES_MAX, (i + 1) * STRING_BYTES_MAX)),
  )
}

/** The strings of a text record put together, or undefined when they are no beacon's. */
function bytesIn(strings: unknown): Uint8Array | undefined {
  const parts = Array.isArray(strings) ? strings.filter((part) => part instanceof Uint8Array) : []
  const bytes = Buffer.concat(parts)
  return bytes.length > 0 && bytes.length <= BEACON_BYTES_MAX ? Uint8Array.from(bytes) : undefined
}
