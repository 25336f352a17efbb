import { accept, refuse, type Outcome } from '@tri/units'

import { lineShape, type LineSettings } from './device-settings.ts'

/** Why a text names no line. */
export type LineTextRefusal = 'line-text-unusable'

const SERIAL = /^(\/[^@?]+)(?:@(\d{2,7})(?:,(8N1|8E1|7E1|8N2))?)?$/
// Not an address: an identity may have letters that no host has.
const CHARGER = /^ocpp:\/\/([^/]+)(?:\/(\d{1,2}))?$/

/**
 * The line that a text names, as a person types it:
 * `/dev/ttyUSB0`, `/dev/ttyUSB0@9600,7E1`, `tcp://host:port`, `http://host/path`, `file:///var/log/p1.log`,
 * `mqtt://host:1883/tele/plug/SENSOR`, `modbus-tcp://host:502?unit=3`, `modbus-rtu:///dev/ttyUSB0?unit=3&baud=9600`,
 * `ocpp://IDENTITY`, `ocpp://IDENTITY/2` for its second connector.
 */
export function lineFrom(text: string): Outcome<LineSettings, LineTextRefusal> {
  const read = lineShape.safeParse(fieldsOf(text))
  return read.success ? accept(read.data) : refuse('line-text-unusable')
}

/** The text that names a line; user and password are never in it. */
export function lineText(line: LineSettings): string {
  if (line.over === 'serial') {
    const { path, baud, format } = line
    return baud === undefined ? path : `${path}@${baud}${format === undefined ? '' : `,${format}`}`
  }
  if (line.over === 'tcp') return `tcp://${hostText(line.host)}:${line.port}`
  if (line.over === 'file') return `file://${line.path}`
  if (line.over === 'http') return line.url
  if (line.over === 'mqtt') return `${line.broker.replace(/\/$/, '')}/${line.topics.join(',')}`
  if (line.over === 'ocpp') return `ocpp://${line.identity}/${line.connector}`
  if (line.over === 'modbus-rtu')
    return `modbus-rtu://${line.path}?unit=${line.unit}&baud=${line.baud}&format=${line.format}`
  return `${line.over}://${hostText(line.host)}:${line.port}?unit=${line.unit}`
}

function fieldsOf(text: string): unknown {
  const serial = SERIAL.exec(text)
  if (serial !== null) {
    const [, path, baud, format] = serial
    return { over: 'serial', path, ...number('baud', baud), ...given('format', format) }
  }
  const charger = CHARGER.exec(text)
  if (charger !== null) return { over: 'ocpp', identity: charger[1], ...number('connector', charger[2]) }
  if (text.startsWith('file://')) return { over: 'file', path: text.slice('file://'.length), from: 'start' }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) return undefined
  const scheme = url.protocol.slice(0, -1)
  const asked = Object.fromEntries(url.searchParams)
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  const port = number('port', url.port === '' ? undefined : url.port)
  const unit = { ...number('unit', asked['unit']), ...number('everyMs', asked['everyMs']) }
  if (scheme === 'tcp') return { over: 'tcp', host, ...port }
  if (scheme === 'http' || scheme === 'https') return { over: 'http', url: text }
  if (scheme === 'mqtt' || scheme === 'mqtts') {
    // Not the address's own path: `#` is a topic here, not a fragment.
    const topics = text.slice(text.indexOf('/', `${scheme}://`.length) + 1)
    return { over: 'mqtt', broker: `${scheme}://${url.host}`, topics: topics.split(',') }
  }
  if (scheme === 'modbus-tcp' || scheme === 'modbus-rtu-tcp') return { over: scheme, host, ...port, ...unit }
  if (scheme !== 'modbus-rtu') return undefined
  return {
    over: scheme,
    path: url.pathname,
    ...number('baud', asked['baud']),
    ...given('format', asked['format']),
    ...unit,
  }
}

const number = (name: string, text: string | undefined) =>
  text === undefined ? {} : { [name]: Number(text) }
const given = (name: string, text: string | undefined) => (text === undefined ? {} : { [name]: text })
const hostText = (host: string) => (host.includes(':') ? `[${host}]` : host)
