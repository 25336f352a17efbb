import { createConnection, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

import type { BoxAsk, BoxQuestions } from './box-words.ts'

/** Questions to a box over its socket, as lines of JSON. A box that dies answers nobody: every question then fails. */
export interface BoxLink extends Disposable {
  ask<A extends BoxAsk>(what: A, about: BoxQuestions[A]['ask']): Promise<BoxQuestions[A]['answer']>
}

interface Waiting {
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
}

/** Opens a line to a box. */
export async function openBoxLink(path: string): Promise<BoxLink> {
  const socket = await connected(path)
  const waiting = new Map<number, Waiting>()
  let count = 0
  const lines = createInterface(socket)
  lines.on('line', (line) => {
    const { id, answer, error }: { id: number; answer: never; error?: string } = JSON.parse(line)
    const one = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) one?.resolve(answer)
    else one?.reject(new Error(error))
  })
  const lost = (): void => {
    for (const { reject } of waiting.values()) reject(new Error('the box is gone'))
    waiting.clear()
  }
  socket.on('close', lost).on('error', lost)
  lines.on('error', lost)
  return {
    ask: (what, about) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('the box is gone'))
        const id = ++count
        waiting.set(id, { resolve, reject })
        socket.write(`${JSON.stringify({ id, what, about })}\n`)
      }),
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => {
      socket.off('error', reject)
      resolve(socket)
    }).once('error', reject)
  })
}
