import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'

import modbus from 'modbus-serial'

import { SUNSPEC_IMAGE_AT, sunspecImage, type SunSpecKind } from './sunspec-image.ts'
import type { MeterFace } from './meter-face.ts'

/** A virtual device that listens on the loopback. */
export interface VirtualDevice extends AsyncDisposable {
  readonly port: number
}

/** What a virtual device shows whenever it is looked at. */
export type Shows = () => MeterFace

/** Sends a telegram to whoever is connected each time `tick` is called: a serial port behind a bridge. */
export async function telegramServer(
  shows: Shows,
  telegram: (face: MeterFace) => Uint8Array,
): Promise<VirtualDevice & { tick(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    socket.write(telegram(shows()))
  })
  const port = await listening(server)
  return {
    port,
    tick: () => {
      const bytes = telegram(shows())
      for (const socket of sockets) socket.write(bytes)
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await closed(server)
    },
  }
}

/** Answers every request with the body for what the meter shows. */
export async function answerServer(shows: Shows, body: (face: MeterFace) => string): Promise<VirtualDevice> {
  const server = createHttpServer((_request, answer) => {
    answer.setHeader('content-type', 'application/json').end(body(shows()))
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
  let image = sunspecImage(kind, shows())
  const vector = {
    getHoldingRegister: (at: number) => {
      if (at === SUNSPEC_IMAGE_AT) image = sunspecImage(kind, shows())
      const register = image[at - SUNSPEC_IMAGE_AT]
      if (register === undefined) throw Object.assign(new Error('no such register'), { modbusErrorCode: 2 })
      return register
    },
  }
  return await modbusServer(vector, unit)
}

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

type Vector = ConstructorParameters<typeof modbus.ServerTCP>[0]

async function modbusServer(vector: Vector, unit: number): Promise<VirtualDevice> {
  const port = await freePort()
  const server = new modbus.ServerTCP(vector, { host: '127.0.0.1', port, unitID: unit })
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
