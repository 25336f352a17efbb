import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import type { DiscoveryWay } from '../../src/discovery/discovery.ts'

/** A box in a namespace: its lines as they come. */
export interface Box {
  /** Waits for a line that holds a text, from now on. */
  says(text: string): Promise<string>
}

/** Two network namespaces joined by one cable. */
export interface TwoNamespaces extends AsyncDisposable {
  box(side: 0 | 1, role: 'steward' | 'member' | 'town' | 'newcomer', way: DiscoveryWay): Box
  /** Pulls the cable out on one side, or puts it back. */
  cable(side: 0 | 1, state: 'up' | 'down'): void
}

const BOX = join(import.meta.dirname, 'namespace-box.ts')

function ip(...words: string[]): boolean {
  return spawnSync('ip', words, { stdio: 'ignore' }).status === 0
}

/** Whether this machine lets us make namespaces; under CI it must. */
export function mayMakeNamespaces(): boolean {
  const name = `tri-try-${process.pid}`
  const isMade = process.getuid?.() === 0 && ip('netns', 'add', name)
  if (isMade) ip('netns', 'delete', name)
  if (!isMade && process.env['CI'] === 'true') throw new Error('CI must let us make network namespaces')
  return isMade
}

export function twoNamespaces(): TwoNamespaces {
  const names = [0, 1].map((side) => `tri-${process.pid}-${side}`) as [string, string]
  const links = [0, 1].map((side) => `tri${side}`) as [string, string]
  for (const name of names) {
    ip('netns', 'add', name)
    // Link-local addresses are used at once, without looking for doubles on a cable of two.
    for (const on of ['all', 'default'])
      ip('netns', 'exec', name, 'sysctl', '-qw', `net.ipv6.conf.${on}.accept_dad=0`)
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  ip('link', 'add', links[0], 'netns', names[0], 'type', 'veth', 'peer', 'name', links[1], 'netns', names[1])
  const cable = (side: 0 | 1, state: 'up' | 'down') => {
    ip('-n', names[side], 'link', 'set', links[side], state)
  }
  cable(0, 'up')
  cable(1, 'up')
  const running: ChildProcess[] = []
  return {
    cable,
    box: (side, role, way) => {
      const words = ['netns', 'exec', names[side], process.execPath, BOX, role, way]
      const child = spawn('ip', words, { stdio: ['pipe', 'pipe', 'inherit'] })
      running.push(child)
      const lines = createInterface({ input: child.stdout })
      return {
        says: (text) =>
          new Promise((heard) => {
            const listen = (line: string) => {
              if (!line.includes(text)) return
              lines.off('line', listen)
              heard(line)
            }
            lines.on('line', listen)
          }),
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        running.map(async (child) => {
          const ended = once(child, 'exit')
          child.kill('SIGKILL')
          await ended
        }),
      )
      for (const name of names) ip('netns', 'delete', name)
    },
  }
}
