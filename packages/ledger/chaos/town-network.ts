import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'

import { present } from '@tri/units'

import { atExit } from './at-exit.ts'
import { feed, run } from './shell.ts'

// Every steward's box stands in a network namespace of its own, all on one switch in another: its cables can be cut
// without a word to anybody, as a digger would.

const TABLE = 'inet tri_chaos'
const GIVE_UP_SOON = 'echo 5 > /proc/sys/net/ipv4/tcp_retries2'
const LINK_READY_MS = 5_000

/** The cables between some stewards' boxes. Boxes are counted from 0. */
export interface TownNetwork extends AsyncDisposable {
  /** What to put before a command, so that it runs at a box's place. */
  at(box: number): readonly string[]
  /** A box's address for the other boxes. */
  addressOf(box: number): string
  /** Drops every packet between boxes of different groups. Nobody is told: no connection is closed. */
  part(groups: readonly (readonly number[])[]): Promise<void>
  /** Drops nothing any more. */
  heal(): Promise<void>
  /** Adds the place of one more box; gives its number. */
  grow(): Promise<number>
}

/** Lays the cables for so many boxes. Needs root. */
export async function layTownNetwork(boxes: number): Promise<TownNetwork> {
  const network = new Cables()
  try {
    await network.begin()
    for (let box = 0; box < boxes; box++) await network.grow()
    await network.carries()
  } catch (error) {
    await network[Symbol.asyncDispose]()
    throw error
  }
  return network
}

class Cables implements TownNetwork {
  readonly #name = `tri${process.pid.toString(36)}${Math.floor(performance.now()).toString(36)}`
  readonly #yard = `${this.#name}-yard`
  readonly #places: string[] = []
  readonly #forget = atExit(() => {
    for (const place of [...this.#places, this.#yard]) execFileSync('ip', ['netns', 'del', place])
  })

  async begin(): Promise<void> {
    await run('ip', 'netns', 'add', this.#yard)
    await run('ip', '-n', this.#yard, 'link', 'add', 'yard', 'type', 'bridge')
    await run('ip', '-n', this.#yard, 'link', 'set', 'yard', 'up')
  }

  at(box: number): readonly string[] {
    return ['ip', 'netns', 'exec', this.#placeOf(box)]
  }

  addressOf(box: number): string {
    return `fd74:7269::${(box + 1).toString(16)}`
  }

  async grow(): Promise<number> {
    const box = this.#places.length
    const place = `${this.#name}-${box}`
    const [yard, plug] = [this.#yard, `box${box}`]
    await run('ip', 'netns', 'add', place)
    this.#places.push(place)
    await run(
      'ip',
      'link',
      'add',
      'eth0',
      'netns',
      place,
      'type',
      'veth',
      'peer',
      'name',
      plug,
      'netns',
      yard,
    )
    await run('ip', '-n', yard, 'link', 'set', plug, 'master', 'yard', 'up')
    // As `tri doctor` asks of a steward's machine: what was sent into a cut cable five times is given up.
    await run('ip', 'netns', 'exec', place, 'sh', '-c', GIVE_UP_SOON)
    await run('ip', '-n', place, 'link', 'set', 'lo', 'up')
    await run('ip', '-n', place, 'addr', 'add', `${this.addressOf(box)}/64`, 'dev', 'eth0', 'nodad')
    await run('ip', '-n', place, 'link', 'set', 'eth0', 'up')
    return box
  }

  async part(groups: readonly (readonly number[])[]): Promise<void> {
    const all = this.#places.map((_, box) => box)
    await Promise.all(
      all.map((box) => {
        const mine = groups.find((group) => group.includes(box)) ?? all
        return this.#drop(
          box,
          all.filter((other) => other !== box && !mine.includes(other)),
        )
      }),
    )
  }

  heal(): Promise<void> {
    return this.part([this.#places.map((_, box) => box)])
  }

  /** A bridge forwards nothing in its first moments. */
  async carries(): Promise<void> {
    const until = performance.now() + LINK_READY_MS
    while (performance.now() < until) {
      const ports = await run('ip', 'netns', 'exec', this.#yard, 'bridge', 'link')
      if (!/state (?:listening|learning|disabled)/.test(ports)) return
      await pause(50)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forget()
    for (const place of [...this.#places, this.#yard])
      await run('ip', 'netns', 'del', place).catch(() => undefined)
  }

  #placeOf(box: number): string {
    return present(this.#places[box], 'the box has a place')
  }

  /** The rules of one box, all of them replaced at once. */
  #drop(box: number, others: readonly number[]): Promise<void> {
    const far = `{ ${others.map((other) => this.addressOf(other)).join(', ')} }`
    const rules = [
      `table ${TABLE}`,
      `delete table ${TABLE}`,
      ...(others.length === 0
        ? []
        : [
            `table ${TABLE} {`,
            `chain in { type filter hook input priority 0; policy accept; ip6 saddr ${far} drop; }`,
            `chain out { type filter hook output priority 0; policy accept; ip6 daddr ${far} drop; }`,
            '}',
          ]),
    ].map((line) => line.replaceAll('; }', ';\n}'))
    const [program = '', ...rest] = this.at(box)
    return feed(`${rules.join('\n')}\n`, program, ...rest, 'nft', '-f', '-')
  }
}
