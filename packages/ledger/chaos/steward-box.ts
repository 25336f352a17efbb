import { appendFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { sumOfBalances } from '@tri/community'
import { seededKey } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { epochMs, Fault } from '@tri/units'
import { fromHex, hex, sha256 } from '@tri/units/crypto'

import { openCometBft, type CometBftOrdering } from '../src/cometbft/cometbft-ordering.ts'
import { stewardIdentity, type EngineChain } from '../src/cometbft/engine-home.ts'
import { memoryOfAll, memoryOfEngine, type PeerMemory } from '../src/cometbft/peer-memory.ts'
import { BOX_FILE, bindHome } from '../src/cometbft/sign-guard.ts'
import { addressOf } from '../src/cometbft/steward-keys.ts'
import type { FinalBlock, Ordering } from '../src/ordering.ts'
import { openReplica } from '../src/replica/open-replica.ts'
import type { Replica } from '../src/replica/replica.ts'
import { openSingle } from '../src/single/single-ordering.ts'
import { trailLines } from './audit.ts'
import { answerBox, type BoxAnswers } from './box-answers.ts'
import { openBoxLink } from './box-link.ts'
import type { BoxOptions, BoxWord, TrailLine } from './box-words.ts'
import { foundTown, handOver, publicKeysOf, seedsOf } from './founding.ts'

// One steward's box: a process of its own with its book, its engine and a socket for the trial. Started by `startBox`.

const options: BoxOptions = JSON.parse(process.argv[2] ?? '{}')

async function live(box: BoxOptions): Promise<void> {
  const replica = trailing(
    openReplica(join(box.folder, 'book.sqlite'), { kernel: typescriptKernel }),
    box.trail,
  )
  say({ is: 'open', height: replica.height })
  const answers = box.engine === 'single' ? alone(replica) : await among(box, replica)
  await answerBox(box.socket, answers)
  say({ is: 'ready' })
}

/** One steward keeps the book, with the key that founded the town. */
function alone(replica: Replica): BoxAnswers {
  foundTown(replica)
  const ordering = openSingle({ replica, key: seededKey('coop'), now: () => epochMs(Date.now()) })
  return { ...orderingAnswers(ordering), signedBy: nobody, aliveElsewhere: nobody }
}

function nobody(): Promise<never> {
  return Promise.reject(new Error('there is no other steward'))
}

async function among(box: BoxOptions, replica: Replica): Promise<BoxAnswers> {
  const chain = handOver(replica, box.announced)
  return answersOf(await openQuorum(box, replica, chain))
}

function say(word: BoxWord): void {
  process.stdout.write(`${JSON.stringify(word)}\n`)
}

/** Writes down each block at the moment it is committed: what this box told the world is final. */
function trailing(replica: Replica, path: string): Replica {
  const write = (block: FinalBlock): void => {
    const line: TrailLine = {
      height: block.height,
      time: block.time,
      root: hex(block.stateRoot),
      sum: sumOfBalances(replica.store),
      operations: block.operations.map(({ bytes }) => hex(sha256(bytes))),
      evidence: block.evidence.length,
    }
    appendFileSync(path, `${JSON.stringify(line)}\n`)
  }
  // The newest block may have reached the disk in the moment before the line about it.
  const written = Math.max(0, ...trailLines(path).map(({ height }) => height))
  for (const block of replica.blocks(written + 1)) write(block)
  const commit = replica.commit.bind(replica)
  replica.commit = (execution, certificate) => {
    const block = commit(execution, certificate)
    write(block)
    return block
  }
  return replica
}

async function openQuorum(box: BoxOptions, replica: Replica, chain: EngineChain): Promise<CometBftOrdering> {
  const home = join(box.folder, 'engine')
  await stewardIdentity(home, seedsOf(box.steward))
  if (box.isRemounted) await rm(join(home, BOX_FILE), { force: true })
  await bindHome(home)
  const nodes = box.addresses.map((_, steward) => hex(addressOf(publicKeysOf(steward).node)))
  const peers = box.addresses
    .map((address, steward) => ({ address, node: nodes[steward] ?? '' }))
    .filter((_, steward) => steward !== box.steward)
  return openCometBft({
    home,
    replica,
    chain,
    network: { listen: box.addresses[box.steward] ?? '', peers },
    log: {
      info: () => undefined,
      error: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
    },
    memory: box.isThief ? NOBODY : memoryOfAll(box.others.map(memoryOfBox)),
    isAllowed: (node) => nodes.includes(node),
    guardPatienceMs: 10_000,
    ...(box.program === undefined ? {} : { program: box.program }),
  })
}

/** A thief asks nobody. */
const NOBODY: PeerMemory = {
  lastSignedBy: () => Promise.resolve(undefined),
  aliveElsewhere: () => Promise.resolve(false),
}

/** What another box saw, asked through the trial's sockets instead of the stewards' doors. */
function memoryOfBox(socket: string): PeerMemory {
  return {
    lastSignedBy: async (key) => {
      using link = await openBoxLink(socket)
      return (await link.ask('signedBy', { key: hex(key) })) ?? undefined
    },
    aliveElsewhere: async (key) => {
      using link = await openBoxLink(socket)
      return link.ask('aliveElsewhere', { key: hex(key) })
    },
  }
}

function answersOf(ordering: CometBftOrdering): BoxAnswers {
  const stewards = options.addresses.map((_, steward) => publicKeysOf(steward))
  const memory = memoryOfEngine({
    rpc: ordering.rpc,
    nodeOf: (key) => {
      const known = stewards.find((one) => hex(one.key) === hex(key))
      return known === undefined ? undefined : hex(addressOf(known.node))
    },
  })
  return {
    ...orderingAnswers(ordering),
    signedBy: async ({ key }) => (await memory.lastSignedBy(fromHex(key))) ?? null,
    aliveElsewhere: ({ key }) => memory.aliveElsewhere(fromHex(key)),
  }
}

function orderingAnswers(ordering: Ordering): Pick<BoxAnswers, 'submit' | 'settle' | 'status'> {
  return {
    submit: async ({ bytes, signature }) => {
      const outcome = await ordering.submit({ bytes: fromHex(bytes), signature: fromHex(signature) })
      return outcome.ok ? outcome.value : outcome.refusal
    },
    settle: ({ digest, patienceMs }) => ordering.settled(digest, AbortSignal.timeout(patienceMs)),
    status: async () => {
      const { height, connected, state, waiting, stateRoot, details } = ordering.status()
      return { height, connected, state, waiting, root: hex(stateRoot), details }
    },
  }
}

try {
  await live(options)
} catch (error) {
  const code = error instanceof Fault ? error.code : 'unexpected'
  say({ is: 'failed', code, reason: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}
