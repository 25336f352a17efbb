import type { RequestOf } from '@tri/contract'

import { texts } from '../language/language.ts'
import { fieldOf } from '../parts/field-of.ts'
import type { Over, Template } from './device-words.ts'

type Settings = RequestOf<'testDevice'>['body']
export type Line = Settings['line']
/** Errors by the id of their field. */
export type FieldErrors = Readonly<Record<string, string>>

/** What somebody wrote of a device, before it has a name; or what is wrong with it. */
export type WrittenDevice =
  | { readonly ok: true; readonly settings: Omit<Settings, 'id'> }
  | { readonly ok: false; readonly errors: FieldErrors }

const HOST = /^[A-Za-z0-9]([A-Za-z0-9.:%-]{0,251}[A-Za-z0-9])?$/
const BROKER = /^mqtts?:\/\/[^@\s/][^@\s]*$/
const KEY = /^[0-9a-fA-F]{32}$/

/** Reads the form of a device that is entered by hand. */
export function writtenDevice(
  form: HTMLFormElement,
  template: Template | undefined,
  over: Over | undefined,
): WrittenDevice {
  const text = texts.value.devices.wizard
  if (template === undefined || over === undefined) return { ok: false, errors: { kind: text.errorKind } }
  const field = (id: string) => fieldOf(form, id).trim()
  const errors: Record<string, string> = {}
  const wanted = (id: string, holds: boolean, error = text.errorField) => {
    if (!holds) errors[id] = error
    return field(id)
  }
  const whole = (id: string, min: number, max: number) => {
    const value = field(id) === '' ? Number.NaN : Number(field(id))
    wanted(id, Number.isInteger(value) && value >= min && value <= max, text.errorNumber)
    return value
  }
  const line = lineOf({ over, template, field, wanted, whole })
  const keys = { encryption: field('encryption'), authentication: field('authentication') }
  for (const [id, key] of Object.entries(keys)) if (key !== '' && !KEY.test(key)) errors[id] = text.errorKey
  if (keys.encryption === '' && keys.authentication !== '') errors['encryption'] = text.errorKey
  if (line === undefined || Object.keys(errors).length > 0) return { ok: false, errors }
  const [user, password] = [field('user'), field('password')]
  const { encryption, authentication } = keys
  return {
    ok: true,
    settings: {
      template: template.id,
      line,
      ...(user === '' && password === '' ? {} : { login: { user, password } }),
      ...(encryption === ''
        ? {}
        : { keys: { encryption, ...(authentication === '' ? {} : { authentication }) } }),
      ...(field('reversed') === 'yes' ? { reversed: true } : {}),
    },
  }
}

interface Reading {
  readonly over: Over
  readonly template: Template
  readonly field: (id: string) => string
  readonly wanted: (id: string, holds: boolean, error?: string) => string
  readonly whole: (id: string, min: number, max: number) => number
}

const PORT_MAX = 65_535
const UNIT_MAX = 255
const CONNECTOR_MAX = 64

function lineOf({ over, template, field, wanted, whole }: Reading): Line | undefined {
  const host = () => wanted('host', HOST.test(field('host')))
  const path = () => wanted('path', field('path').startsWith('/'))
  const port = () => whole('port', 1, PORT_MAX)
  const unit = () => whole('unit', 0, UNIT_MAX)
  if (over === 'serial') {
    const speed = template.serial.find(({ baud, format }) => field('speed') === `${baud} ${format}`)
    return { over, path: path(), ...speed }
  }
  if (over === 'tcp') return { over, host: host(), port: port() }
  if (over === 'modbus-tcp' || over === 'modbus-rtu-tcp')
    return { over, host: host(), port: port(), unit: unit() }
  if (over === 'modbus-rtu') return { over, path: path(), unit: unit() }
  if (over === 'http') {
    const url = wholeUrl(field('url'), template.path ?? '/')
    wanted('url', url !== undefined)
    return { over, url: url ?? '' }
  }
  if (over === 'mqtt') {
    const topics = field('topics')
      .split(/\s*\n\s*/)
      .filter((topic) => topic !== '')
    wanted('topics', topics.length > 0 && !topics.some((topic) => topic.includes('{name}')))
    return { over, broker: wanted('broker', BROKER.test(field('broker'))), topics }
  }
  if (over === 'ocpp')
    return {
      over,
      identity: wanted('identity', field('identity') !== ''),
      connector: whole('connector', 0, CONNECTOR_MAX),
    }
  return undefined
}

/** The address of a device's answer: whoever writes only where the device is need not know its path. */
function wholeUrl(written: string, path: string): string | undefined {
  if (written === '' || written.includes('@')) return undefined
  try {
    const url = new URL(/^https?:\/\//.test(written) ? written : `http://${written}`)
    return url.pathname === '/' && url.search === '' ? url.origin + path : url.href
  } catch {
    // No address: the field says so.
    return undefined
  }
}
