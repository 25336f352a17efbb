import { execFile } from 'node:child_process'
import { constants, closeSync, openSync } from 'node:fs'
import { ReadStream, isatty } from 'node:tty'
import { promisify } from 'node:util'

import { Fault } from '@tri/units'

import { evenParity } from './even-parity.ts'
import { reasonOf, type Dial } from './line.ts'
import { streamUntil } from './stream-until.ts'
import type { Talk } from './talk.ts'

/** How the bits of a serial line are framed: data bits, parity, stop bits. */
export const SERIAL_FORMATS = ['8N1', '8E1', '7E1', '8N2'] as const
export type SerialFormat = (typeof SERIAL_FORMATS)[number]

/** A serial port and its settings. */
export interface SerialPort {
  /** Device file, such as `/dev/ttyUSB0`, or better a name under `/dev/serial/by-id/`. */
  readonly path: string
  readonly baud: number
  readonly format: SerialFormat
}

// 7E1 is 8N1 with the parity on top; see `evenParity`.
const FORMAT_FLAGS = {
  '8N1': ['cs8', '-parenb', '-cstopb'],
  '8E1': ['cs8', 'parenb', '-parodd', '-cstopb'],
  '7E1': ['cs8', '-parenb', '-cstopb'],
  '8N2': ['cs8', '-parenb', 'cstopb'],
} as const satisfies Record<SerialFormat, readonly string[]>
const STTY_WAIT_MS = 5000
const run = promisify(execFile)

/**
 * A serial port without native code: `stty` sets it, a file descriptor reads it.
 *
 * @param talk makes one conversation for each try, for a meter that has to be asked; absent for one that sends by itself
 * @throws Fault `line-not-serial`, `line-refused-settings`, `line-broken`
 */
export function dialSerial(port: SerialPort, talk?: () => Talk): Dial<Uint8Array> {
  return async (deliver, attempt) => {
    const stream = await openSerial(port, attempt.signal)
    attempt.up()
    const rebaud = async (baud: number) => await setSerial({ ...port, baud }, attempt.signal)
    const parity = port.format === '7E1' ? evenParity : undefined
    await streamUntil({ stream, signal: attempt.signal, deliver, talk: talk?.(), rebaud, parity })
  }
}

/**
 * Opens a serial port and sets it, for a protocol that asks by itself (Modbus RTU).
 *
 * @throws Fault `line-not-serial`, `line-refused-settings`, `line-broken`
 */
export async function openSerial(port: SerialPort, signal: AbortSignal): Promise<ReadStream> {
  const file = openDevice(port.path)
  try {
    if (!isatty(file)) throw new Fault('line-not-serial', { line: port.path })
    await setSerial(port, signal)
    return streamOf(file)
  } catch (cause) {
    closeSync(file)
    throw cause
  }
}

// The stream opens the terminal a second time for itself, and leaves the first descriptor to whoever opened it.
function streamOf(file: number): ReadStream {
  const stream = new ReadStream(file)
  const own: unknown = Reflect.get(stream, '_handle')
  const isSame = typeof own === 'object' && own !== null && Reflect.get(own, 'fd') === file
  if (!isSame) closeSync(file)
  return stream
}

// Without O_NONBLOCK the open itself would wait for a modem's carrier, which no meter's cable has.
function openDevice(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
  } catch (cause) {
    throw new Fault('line-broken', { line: path, reason: reasonOf(cause) }, { cause })
  }
}

async function setSerial({ path, baud, format }: SerialPort, signal: AbortSignal): Promise<void> {
  const settings = [String(baud), 'raw', '-echo', 'clocal', '-crtscts', '-hupcl', ...FORMAT_FLAGS[format]]
  try {
    await run('stty', ['-F', path, ...settings], { signal, timeout: STTY_WAIT_MS })
  } catch (cause) {
    signal.throwIfAborted()
    const details = { line: path, settings: `${baud} ${format}`, reason: sttyReason(cause) }
    throw new Fault('line-refused-settings', details, { cause })
  }
}

function sttyReason(cause: unknown): string {
  const said: unknown = cause instanceof Error ? Reflect.get(cause, 'stderr') : undefined
  return typeof said === 'string' && said !== '' ? said.trim() : reasonOf(cause)
}
