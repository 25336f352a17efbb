import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'

import { hex } from '@tri/units/crypto'

import { newAnchorKey, type AnchorKey } from '../anchor/evm/anchor-keys.ts'

const PLATFORM = new URL('../../../../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil', import.meta.url)

/** Where the EVM node for tests is: named by TRI_ANVIL, or the one in the lock file; undefined on another platform. */
export function anvilPath(): string | undefined {
  const named = process.env['TRI_ANVIL']
  if (named !== undefined) return named
  return process.platform === 'linux' && process.arch === 'x64' && existsSync(PLATFORM)
    ? PLATFORM.pathname
    : undefined
}

/** An EVM node of this test's own, on a port that was free. */
export interface Anvil extends AsyncDisposable {
  readonly url: string
  readonly chain: number
  /** Stops it: the link is down. */
  stop(): Promise<void>
  /** Asks it something that only a development node answers. */
  ask(method: string, ...params: readonly unknown[]): Promise<unknown>
  /** A key with money on this chain: a new one, or this. */
  readonly payer: (key?: AnchorKey) => Promise<AnchorKey>
}

/** Starts an EVM node: each transaction is a block of its own. */
export async function startAnvil(path: string, { chain = 31_337 }: { chain?: number } = {}): Promise<Anvil> {
  const child = spawn(path, ['--port', '0', '--chain-id', String(chain), '--accounts', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const url = await listeningAt(child.stdout)
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  const ask = async (method: string, ...params: readonly unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const json: unknown = await answer.json()
    if (typeof json === 'object' && json !== null && 'result' in json) return json.result
    throw new Error(`${method}: ${JSON.stringify(json)}`)
  }
  return {
    url,
    chain,
    stop,
    ask,
    payer: async (key = newAnchorKey()) => {
      await ask(
        'anvil_setBalance',
        key.address,
        `0x${hex(Uint8Array.of(0x8a, 0xc7, 0x23, 0x04, 0x89, 0xe8, 0, 0))}`,
      )
      return key
    },
    [Symbol.asyncDispose]: stop,
  }
}

async function listeningAt(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const address = /Listening on (\S+)/.exec(line)?.[1]
    if (address === undefined) continue
    output.resume()
    return `http://${address}`
  }
  throw new Error('anvil ended before it listened')
}
