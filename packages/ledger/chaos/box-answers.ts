import { rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

import type { BoxAsk, BoxQuestions } from './box-words.ts'

/** What a box answers, question by question. */
export type BoxAnswers = {
  readonly [A in BoxAsk]: (about: BoxQuestions[A]['ask']) => Promise<BoxQuestions[A]['answer']>
}

/** Listens on a socket and answers questions until the process ends. */
export async function answerBox(path: string, answers: BoxAnswers): Promise<void> {
  await rm(path, { force: true })
  const server = createServer((socket) => {
    const lines = createInterface(socket)
    // Whoever asked is gone: nobody waits for the answer.
    for (const end of [socket, lines]) end.on('error', () => socket.destroy())
    lines.on('line', (line) => void answered(socket, answers, line))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
}

async function answered(socket: Socket, answers: BoxAnswers, line: string): Promise<void> {
  const { id, what, about }: { id: number; what: BoxAsk; about: never } = JSON.parse(line)
  try {
    reply(socket, { id, answer: await answers[what](about) })
  } catch (error) {
    reply(socket, { id, error: error instanceof Error ? error.message : String(error) })
  }
}

function reply(socket: Socket, answer: object): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`)
}
