import { mkdtemp, rm, stat } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'

import { expect, test } from 'vitest'

import { frameCutter, framed } from '../../src/cometbft/abci-frames.ts'
import {
  abciRequest,
  abciResponse,
  type AbciRequest,
  type AbciResponse,
} from '../../src/cometbft/abci-messages.ts'
import { abciServer, type AbciServer, type AbciServerPorts } from '../../src/cometbft/abci-server.ts'
import { decoded, encoded } from '../../src/cometbft/protobuf-message.ts'

interface Bench {
  readonly server: AbciServer
  readonly refused: unknown[]
  readonly failed: unknown[]
}

async function onServer(
  answer: AbciServerPorts['answer'],
  work: (bench: Bench) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tri-abci-'))
  const refused: unknown[] = []
  const failed: unknown[] = []
  const server = await abciServer({
    path: join(folder, 'app'),
    answer,
    failed: (error) => failed.push(error),
    refused: (error) => refused.push(error),
  })
  try {
    await work({ server, refused, failed })
  } finally {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
}

async function dialled(path: string): Promise<Socket> {
  const socket = connect(path)
  await once(socket, 'connect')
  return socket
}

async function answers(socket: Socket, count: number): Promise<AbciResponse[]> {
  const cutter = frameCutter()
  const found: AbciResponse[] = []
  for await (const chunk of socket) {
    for (const frame of cutter.take(chunk)) found.push(decoded(abciResponse, frame))
    if (found.length >= count) break
  }
  return found
}

const echo = (message: string): AbciRequest => ({ is: 'echo', value: { message } })
const asked = (request: AbciRequest): Uint8Array => framed(encoded(abciRequest, request))

const echoing = (request: AbciRequest): AbciResponse =>
  request.is === 'echo'
    ? { is: 'echo', value: { message: request.value.message } }
    : { is: 'flush', value: {} }

const broken = (): AbciResponse => {
  throw new Error('the book is elsewhere')
}

test('requests of a connection are answered in their order, and only the owner may open the socket', async () => {
  await onServer(echoing, async ({ server }) => {
    expect((await stat(server.path)).mode & 0o777).toBe(0o600)
    const socket = await dialled(server.path)
    socket.write(Buffer.concat([asked(echo('one')), asked({ is: 'flush', value: {} }), asked(echo('two'))]))
    expect((await answers(socket, 3)).map(({ value }) => value)).toEqual([
      { message: 'one' },
      {},
      { message: 'two' },
    ])
    socket.destroy()
  })
})

test('a malformed request closes its connection, and the others go on', async () => {
  await onServer(echoing, async ({ server, refused }) => {
    const good = await dialled(server.path)
    const bad = await dialled(server.path)
    bad.write(Uint8Array.of(3, 0xff, 0xff, 0xff))
    bad.resume()
    await once(bad, 'end')
    expect(refused).toHaveLength(1)
    good.write(asked(echo('still here')))
    expect(await answers(good, 1)).toEqual([{ is: 'echo', value: { message: 'still here' } }])
    good.destroy()
  })
})

test('when the application cannot answer, the engine is told, and the connection ends', async () => {
  await onServer(broken, async ({ server, failed }) => {
    const socket = await dialled(server.path)
    socket.write(asked(echo('one')))
    expect(await answers(socket, 1)).toEqual([{ is: 'exception', value: { error: 'the book is elsewhere' } }])
    expect(failed).toHaveLength(1)
  })
})

test('a fifth connection finds no room', async () => {
  await onServer(echoing, async ({ server }) => {
    const four = await Promise.all([1, 2, 3, 4].map(() => dialled(server.path)))
    for (const socket of four) {
      socket.write(asked(echo('here')))
      await once(socket, 'data')
    }
    expect(server.connections).toBe(4)
    const fifth = await dialled(server.path)
    fifth.resume()
    await once(fifth, 'close')
    for (const socket of four) socket.destroy()
  })
})
