import { Agent, request } from 'node:http'

import { Fault, accept, refuse, type Outcome } from '@tri/units'

import { fieldOf } from './engine-home.ts'

/** The engine's answer to one of several questions, or its words why it has none. */
export type RpcAnswer = Outcome<unknown, string>

type Params = Readonly<Record<string, unknown>>

/** Questions to the engine. Answers are JSON as the engine writes it: readers take what they need and check it. */
export interface EngineRpc extends Disposable {
  /**
   * @throws Fault `engine-silent` when nothing listens or the answer takes too long; `engine-refused` when the engine
   *               answers with an error of its own, with its words
   */
  ask(method: string, params?: Params): Promise<unknown>
  /** The same question several times at once, answered in order. @throws Fault `engine-silent`, `engine-answer` */
  askMany(method: string, params: readonly Params[]): Promise<readonly RpcAnswer[]>
}

const ANSWER_MS = 15_000
/** A page of a hundred validators or a block of the largest operation as base64 in JSON. */
const ANSWER_BYTES_MAX = 67_108_864
const CONNECTIONS_MAX = 16

/** The engine's own questions and answers, over the Unix socket it listens on. */
export function engineRpc(socketPath: string): EngineRpc {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX })
  let id = 0
  const question = (method: string, params: Params): object => ({ jsonrpc: '2.0', id: ++id, method, params })
  const answered = async (method: string, body: object): Promise<unknown> =>
    parsed(await posted({ socketPath, agent, body: JSON.stringify(body), method }), method)
  return {
    async ask(method, params = {}) {
      const answer = answerIn(await answered(method, question(method, params)))
      if (!answer.ok) throw new Fault('engine-refused', { question: method, reason: answer.refusal })
      return answer.value
    },
    async askMany(method, params) {
      const json = await answered(
        method,
        params.map((one) => question(method, one)),
      )
      // Of one question the answer stands alone.
      const answers: unknown[] = Array.isArray(json) ? json : [json]
      if (answers.length !== params.length)
        throw new Fault('engine-answer', { question: method, place: 'the number of answers' })
      return answers.map(answerIn)
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

function answerIn(json: unknown): RpcAnswer {
  const error = fieldOf(json, 'error')
  return error === undefined || error === null ? accept(fieldOf(json, 'result')) : refuse(wordsOf(error))
}

interface Posting {
  readonly socketPath: string
  readonly agent: Agent
  readonly body: string
  readonly method: string
}

function posted({ socketPath, agent, body, method }: Posting): Promise<string> {
  return new Promise((resolve, reject) => {
    const silent = (reason: string, cause?: unknown): void =>
      reject(new Fault('engine-silent', { question: method, reason }, { cause }))
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const asking = request({ socketPath, agent, method: 'POST', path: '/', headers }, (response) => {
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size > ANSWER_BYTES_MAX) response.destroy(new Error('an answer without end'))
        else parts.push(part)
      })
      response.once('end', () => resolve(Buffer.concat(parts).toString('utf8')))
      response.once('error', (error) => silent(error.message, error))
    })
    asking.setTimeout(ANSWER_MS, () => asking.destroy(new Error(`no answer in ${ANSWER_MS} ms`)))
    asking.once('error', (error) => silent(error.message, error))
    asking.end(body)
  })
}

function parsed(text: string, method: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Fault('engine-answer', { question: method, place: 'the whole of it' }, { cause })
  }
}

function wordsOf(error: unknown): string {
  const words = fieldOf(error, 'data') ?? fieldOf(error, 'message')
  return typeof words === 'string' ? words : 'no reason given'
}
