import { once } from 'node:events'

import { Fault } from '@tri/units'

import { reasonOf, type Dial, type LinePorts } from './line.ts'
import { modbusClient } from './modbus-library.ts'
import { openSerial, type SerialPort } from './serial-dial.ts'
import { connected, type TcpAddress } from './tcp-dial.ts'

/** Where Modbus devices are reached: by TCP, by a serial line, or by a bridge that passes the serial frames over TCP. */
export type ModbusAddress =
  | { readonly over: 'tcp'; readonly at: TcpAddress }
  | { readonly over: 'rtu'; readonly at: SerialPort }
  | { readonly over: 'rtu-tcp'; readonly at: TcpAddress }

/** Which of the two tables of a device a register is in. */
export type RegisterTable = 'holding' | 'input'

/** A run of registers of one device. */
export interface RegisterRange {
  /** Unit number of the device on the line, 0 to 255. */
  readonly unit: number
  readonly table: RegisterTable
  readonly from: number
  /** 1 to REGISTERS_MAX. */
  readonly count: number
}

/** Asks the devices of one line; one question at a time. */
export interface ModbusReader {
  /**
   * @returns the registers, 0 to 65535 each
   * @throws Fault `modbus-exception` when the device refuses, `line-broken` when it does not answer
   */
  read(range: RegisterRange): Promise<Uint16Array>
  /** Writes holding registers. Same faults. */
  write(unit: number, from: number, values: readonly number[]): Promise<void>
}

/** Registers of one question at most (Modbus Application Protocol 1.1b3, 6.3). */
export const REGISTERS_MAX = 125

/** How a Modbus line is asked. */
export interface ModbusPoll<T> {
  readonly address: ModbusAddress
  /** What the line is called in its faults. */
  readonly name: string
  /** Time from one round of questions to the next, ms. */
  readonly everyMs: number
  /** How long one answer is waited for, ms. */
  readonly answerMs: number
  /** One round of questions. A fault of one device is that round's own affair; what it throws ends the try. */
  readonly round: (reader: ModbusReader, signal: AbortSignal) => Promise<T>
}

/** Asks the devices of a Modbus line round after round, and hands over what each round gave. */
export function dialModbus<T>(
  poll: ModbusPoll<T>,
  { pause, now }: Pick<LinePorts, 'pause' | 'now'>,
): Dial<T> {
  return async (deliver, { signal }) => {
    await using client = await openModbus(poll, signal)
    while (!signal.aborted) {
      const startedAt = now()
      deliver(await poll.round(client, signal))
      await pause(Math.max(0, startedAt + poll.everyMs - now()), signal).catch(() => undefined)
    }
  }
}

/**
 * Opens a Modbus line.
 *
 * @throws Fault `line-broken`, and those of a serial port
 */
export async function openModbus(
  { address, name, answerMs }: Pick<ModbusPoll<unknown>, 'address' | 'name' | 'answerMs'>,
  signal: AbortSignal,
): Promise<ModbusReader & AsyncDisposable> {
  const socket =
    address.over === 'rtu' ? await openSerial(address.at, signal) : await socketTo(address.at, name, signal)
  const client = modbusClient()
  const abort = () => socket.destroy()
  signal.addEventListener('abort', abort, { once: true })
  socket.on('error', abort)
  if (address.over === 'tcp') await client.linkTCP(socket, address.at)
  else await client.linkTelnet(socket, {})
  client.setTimeout(answerMs)
  // The library waits for an answer as long as it may take, even when the socket that would bring it is closed.
  const gone = Promise.withResolvers<never>()
  gone.promise.catch(() => undefined)
  socket.once('close', () => gone.reject(new Error('closed')))
  const answered = async <T>(asking: Promise<T>, registers: string) =>
    await orFault(Promise.race([asking, gone.promise]), name, registers)
  return {
    read: async ({ unit, table, from, count }) => {
      client.setID(unit)
      const registers = `${table} ${from}..${from + count - 1} of unit ${unit}`
      const asking =
        table === 'holding'
          ? client.readHoldingRegisters(from, count)
          : client.readInputRegisters(from, count)
      const { data } = await answered(asking, registers)
      return Uint16Array.from(data)
    },
    write: async (unit, from, values) => {
      client.setID(unit)
      await answered(client.writeRegisters(from, [...values]), `holding ${from} of unit ${unit}`)
    },
    [Symbol.asyncDispose]: async () => {
      signal.removeEventListener('abort', abort)
      // The library's own close waits for a socket that may be closed already, and then for ever.
      const closed = socket.closed ? Promise.resolve() : once(socket, 'close')
      socket.destroy()
      await closed
    },
  }
}

async function socketTo(at: TcpAddress, name: string, signal: AbortSignal) {
  try {
    return await connected(at, signal)
  } catch (cause) {
    throw new Fault('line-broken', { line: name, reason: reasonOf(cause) }, { cause })
  }
}

async function orFault<T>(asking: Promise<T>, line: string, registers: string): Promise<T> {
  try {
    return await asking
  } catch (cause) {
    const exception: unknown = cause instanceof Error ? Reflect.get(cause, 'modbusCode') : undefined
    if (typeof exception === 'number')
      throw new Fault('modbus-exception', { line, registers, exception }, { cause })
    throw new Fault('line-broken', { line, reason: reasonOf(cause) }, { cause })
  }
}
