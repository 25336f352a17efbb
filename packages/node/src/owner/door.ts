import { chmod, mkdtemp, rm, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { Fault } from '@tri/units'
import { z } from 'zod'

/** A socket's path longer than this is refused by Linux (108 bytes with its end mark). */
const SOCKET_PATH_BYTES_MAX = 107
/** What one request may hold; a larger one is dropped with its connection. */
const REQUEST_BYTES_MAX = 1_000_000
const OWNER_ONLY = 0o600

const requestShape = z.strictObject({ task: z.string().max(64), input: z.unknown() })
const replyShape = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('progress'), title: z.string(), done: z.number(), of: z.number() }),
  z.strictObject({ is: z.literal('done'), value: z.unknown() }),
  z.strictObject({ is: z.literal('failed'), code: z.string(), details: z.record(z.string(), z.unknown()) }),
])
type Reply = z.infer<typeof replyShape>

export type TaskProgress = (title: string, done: number, of: number) => void
/** Runs a named task of the node for whoever owns its data folder. */
export type RunTask = (task: string, input: unknown, progress: TaskProgress) => Promise<unknown>

/** The door through which the owner of a data folder speaks to the node that has it open. */
export interface OwnerDoor extends AsyncDisposable {
  readonly path: string
}

/**
 * Opens the door: a socket file that only the owner of the data folder can use. Who can read the folder's keys could do
 * the same without it, so it asks for no password.
 */
export async function openOwnerDoor(folder: string, run: RunTask): Promise<OwnerDoor> {
  const direct = join(folder, 'owner.sock')
  const isShort = Buffer.byteLength(direct) <= SOCKET_PATH_BYTES_MAX
  const path = isShort ? direct : join(await mkdtemp(join(tmpdir(), 'tri-')), 'owner.sock')
  await unlink(path).catch(ignoreAbsent)
  const server = createServer((socket) => serve(socket, run))
  await listening(server, path)
  await chmod(path, OWNER_ONLY)
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((closed) => server.close(() => closed()))
      await rm(path, { force: true })
    },
  }
}

/**
 * Asks the node behind a door to run a task.
 *
 * @throws Fault the task's own, or `node-unreachable`
 */
export async function askOwnerDoor(
  path: string,
  task: string,
  input: unknown,
  progress: TaskProgress,
): Promise<unknown> {
  const socket = connect(path)
  socket.on('error', (cause) => socket.destroy(cause))
  try {
    socket.write(`${JSON.stringify({ task, input })}\n`)
    for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
      const reply = replyShape.parse(JSON.parse(line))
      if (reply.is === 'progress') progress(reply.title, reply.done, reply.of)
      if (reply.is === 'done') return reply.value
      if (reply.is === 'failed') throw new Fault(reply.code, reply.details)
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('node-unreachable', { path }, { cause })
  } finally {
    socket.destroy()
  }
  throw new Fault('node-unreachable', { path })
}

function serve(socket: Socket, run: RunTask): void {
  let received = ''
  const send = (reply: Reply) => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`)
  }
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes) => {
    received += bytes.toString('utf8')
    const end = received.indexOf('\n')
    if (received.length > REQUEST_BYTES_MAX) return socket.destroy()
    if (end < 0) return undefined
    const line = received.slice(0, end)
    received = ''
    return void answer(line, run, send).finally(() => socket.end())
  })
}

async function answer(line: string, run: RunTask, send: (reply: Reply) => void): Promise<void> {
  try {
    const { task, input } = requestShape.parse(JSON.parse(line))
    const value = await run(task, input, (title, done, of) => send({ is: 'progress', title, done, of }))
    send({ is: 'done', value })
  } catch (cause) {
    const fault = cause instanceof Fault ? cause : new Fault('task-failed', { reason: String(cause) })
    send({ is: 'failed', code: fault.code, details: fault.details })
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((ready, failed) => {
    server.once('error', failed)
    server.listen(path, () => ready())
  })
}

function ignoreAbsent(cause: unknown): void {
  const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  if (!isAbsent) throw cause
}
