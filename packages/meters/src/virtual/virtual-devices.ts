import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'

import { ServerTCP } from 'modbus-serial'

import { SUNSPEC_IMAGE_AT, sunspecImage, type SunSpecKind } from './sunspec-image.ts'
import type { MeterFace } from './meter-face.ts'

/** A virtual device that listens on the loopback. */
export interface VirtualDevice extends AsyncDisposable {
  readonly port: number
}

/** What a virtual device shows whenever it is looked at. */
export type Shows = () => MeterFace

/** A virtual device that speaks each time it is told to. */
export type TickingDevice = VirtualDevice & { tick(): void }

/** Sends a telegram to whoever is connected each time `tick` is called: a serial port behind a bridge. */
export async function telegramServer(
  shows: Shows,
  telegram: (face: MeterFace) => Uint8Array,
): Promise<TickingDevice> {
  return await speakingServer(() => telegram(shows()))
}

/** Sends what a device says to whoever is connected, at once and each time `tick` is called; nothing while it is silent. */
export async function speakingServer(speak: () => Uint8Array | undefined): Promise<TickingDevice> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    const bytes = speak()
    if (bytes !== undefined) socket.write(bytes)
  })
  const port = await listening(server)
  return {
    port,
    tick: () => {
      const bytes = speak()
      if (bytes !== undefined) for (const socket of sockets) socket.write(bytes)
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await closed(server)
    },
  }
}

/** Answers every request with the body for what the meter shows. */
export async function answerServer(shows: Shows, body: (face: MeterFace) => string): Promise<VirtualDevice> {
  return await askedServer(() => new TextEncoder().encode(body(shows())))
}

/** Answers a request with what a device says; while it is silent the connection just ends. */
export async function askedServer(
  speak: () => Uint8Array | undefined,
  path?: string,
): Promise<VirtualDevice> {
  const server = createHttpServer(({ url }, answer) => {
    const body = speak()
    if (body === undefined) answer.destroy()
    else if (path !== undefined && url !== path) answer.writeHead(404).end()
    else answer.setHeader('content-type', 'application/json').end(body)
  })
  const port = await listening(server)
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await closed(server)
    },
  }
}

/** A SunSpec device behind Modbus TCP, at one unit. Registers beside its image are refused. */
export async function sunspecServer(shows: Shows, kind: SunSpecKind, unit = 1): Promise<VirtualDevice> {
  return await imageServer(() => sunspecImage(kind, shows()), unit)
}

/**
 * A device behind Modbus TCP with the holding registers of an image, from SUNSPEC_IMAGE_AT on. What is read at once is of
 * one moment. While there is no image it answers as a bridge does for a device that is off.
 */
export async function imageServer(image: () => Uint16Array | undefined, unit = 1): Promise<VirtualDevice> {
  const read = (at: number, count: number) => {
    const registers = image()
    if (registers === undefined) throw refusal('no answer from the device', TARGET_SILENT)
    const from = at - SUNSPEC_IMAGE_AT
    if (from < 0 || from + count > registers.length) throw refusal('no such register', NO_SUCH_REGISTER)
    return [...registers.subarray(from, from + count)]
  }
  const vector = {
    getHoldingRegister: (at: number) => read(at, 1)[0] ?? 0,
    getMultipleHoldingRegisters: (at: number, count: number) => read(at, count),
  }
  return await modbusServer(vector, unit)
}

// Exception codes of the Modbus Application Protocol 1.1b3, 7.
const NO_SUCH_REGISTER = 2
const TARGET_SILENT = 11
const refusal = (reason: string, modbusErrorCode: number) =>
  Object.assign(new Error(reason), { modbusErrorCode })

/** A device behind Modbus TCP whose input registers are floats of 32 bits, high word first. */
export async function floatServer(
  shows: Shows,
  floats: (face: MeterFace) => ReadonlyMap<number, number>,
  unit = 1,
): Promise<VirtualDevice> {
  const vector = {
    getInputRegister: (at: number) => {
      const even = at - (at % 2)
      const view = new DataView(new ArrayBuffer(4))
      view.setFloat32(0, floats(shows()).get(even) ?? 0)
      return view.getUint16(at === even ? 0 : 2)
    },
  }
  return await modbusServer(vector, unit)
}

type Vector = ConstructorParameters<typeof ServerTCP>[0]

async function modbusServer(vector: Vector, unit: number): Promise<VirtualDevice> {
  const port = await freePort()
  const server = new ServerTCP(vector, { host: '127.0.0.1', port, unitID: unit })
  server.on('socketError', () => undefined)
  await new Promise((resolve) => server.once('initialized', resolve))
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

// The library's server does not tell which port it got, so it is told one that was free a moment ago.
async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await closed(server)
  return port
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve())
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
