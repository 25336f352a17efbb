import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { Fault, epochMs, must } from '@tri/units'
import { fromHex, hex } from '@tri/units/crypto'

import { dataHash } from '../chain/block-hashes.ts'
import { epochMsOf } from '../chain/block-time.ts'
import { lightBlockFrom } from '../chain/light-block-bytes.ts'
import type { LightBlock } from '../chain/light-block.ts'
import { sameBytes } from '../chain/merkle.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { trustAfter, type Trust } from '../chain/trust.ts'
import { transactionOf } from '../ordering/transaction.ts'
import { trustOf, type Genesis } from '../genesis.ts'
import type { SignedBytes } from '../ordering.ts'
import type { ReplicaPorts } from '../replica/chain-replica.ts'
import { openReplica } from '../replica/open-replica.ts'
import type { BlockInput, Replica } from '../replica/replica.ts'
import { openBook } from '../store/book-file.ts'
import { bookLineFrom } from './book-line-shape.ts'
import { FIRST_SEAL, unsealed } from './book-line.ts'
import type { BookLine, SignedText } from './export-book.ts'

/** What came of restoring a book. */
export interface Restored {
  readonly height: number
  readonly sequence: number
}

/** What restoring needs. */
export interface RestorePorts extends ReplicaPorts {
  /** What the certificates are checked from. Left out, only what they certify is checked, not who signed. */
  readonly genesis?: Genesis
}

type LineOf<Is extends BookLine['is']> = Extract<BookLine, { readonly is: Is }>

/** A line with its number, from 1. */
interface Numbered<L extends BookLine = BookLine> {
  readonly line: number
  readonly content: L
}

/** Where the book is built, apart, until every line of it was checked. */
const BUILDING = 'restoring'

/**
 * Rebuilds a book that was exported, on an empty machine: every operation is applied again, every root computed again,
 * every certificate checked. What is not whole leaves nothing behind.
 *
 * @param lines of `exportBook`
 * @param path  the new file; its folder exists and holds no book
 * @throws Fault `export-altered` with the first line that is not what was written; `restore-not-empty`
 */
export async function restoreBook(
  lines: Iterable<string> | AsyncIterable<string>,
  path: string,
  ports: RestorePorts,
): Promise<Restored> {
  const folder = join(dirname(path), BUILDING)
  if (existsSync(path)) throw new Fault('restore-not-empty', { path })
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  try {
    const file = join(folder, basename(path))
    const restored = await rebuilt(numberedLines(lines), file, ports)
    renameSync(file, path)
    return restored
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function* numberedLines(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Numbered> {
  let seal = FIRST_SEAL
  let line = 0
  for await (const text of lines) {
    const read = unsealed(text, seal, ++line)
    seal = read.seal
    yield { line, content: bookLineFrom(read.content, line) }
  }
}

async function rebuilt(
  lines: AsyncGenerator<Numbered>,
  file: string,
  ports: RestorePorts,
): Promise<Restored> {
  const { value: first } = await lines.next()
  if (first?.content.is !== 'book') throw altered(1, 'an export begins with the name of the book')
  let next = await withOlderOperations(lines, file, ports)
  using replica = openReplica(file, ports)
  let trust = ports.genesis === undefined ? undefined : trustOf(nodePrimitives, ports.genesis)
  for (; next?.content.is === 'block'; next = (await lines.next()).value) {
    const { line, content } = next
    trust = replayBlock(replica, { line, content }, trust)
  }
  if (next?.content.is !== 'end') throw altered((next?.line ?? 0) + 1, 'the end of the book is missing')
  const { line, content } = next
  const { height, sequence } = replica
  if (content.height !== height || content.sequence !== sequence) throw altered(line, 'blocks are missing')
  if (content.certificate !== undefined) {
    const bytes = bytesOf(content.certificate)
    believed(lightBlockIn(bytes, line), { replica, trust, line })
    replica.keepCertificate(height, bytes)
  }
  return { height, sequence }
}

/** Applies what the book had before its chain began. @returns the first line after it */
async function withOlderOperations(
  lines: AsyncGenerator<Numbered>,
  file: string,
  ports: RestorePorts,
): Promise<Numbered | undefined> {
  let next: Numbered | undefined = (await lines.next()).value
  if (next?.content.is !== 'operation') return next
  using book = openBook(file, ports)
  for (let sequence = 1; next?.content.is === 'operation'; sequence++) {
    const { line, content } = next
    if (content.sequence !== sequence || !book.apply(signedBytes(content)).ok)
      throw altered(line, 'the book refuses the operation')
    next = (await lines.next()).value
  }
  return next
}

function replayBlock(
  replica: Replica,
  { line, content }: Numbered<LineOf<'block'>>,
  trust: Trust | undefined,
): Trust | undefined {
  const block = blockIn(content)
  if (block.height !== replica.height + 1) throw altered(line, 'a block is missing before it')
  const certificate = content.certificate === undefined ? undefined : bytesOf(content.certificate)
  let after = trust
  if (certificate !== undefined) {
    const signed = lightBlockIn(certificate, line)
    after = believed(signed, { replica, trust, line })
    if (!isOf(signed, block)) throw altered(line, 'its certificate is of another block')
  }
  const execution = replica.execute(block)
  if (hex(execution.stateRoot) !== content.stateRoot)
    throw altered(line, 'its operations do not lead to its root')
  replica.commit(execution, certificate)
  return after
}

/** Checks that a block carries the root of the state as it is now, and who signed it where the genesis is known. */
function believed(
  signed: LightBlock,
  {
    replica,
    trust,
    line,
  }: { readonly replica: Replica; readonly trust: Trust | undefined; readonly line: number },
): Trust | undefined {
  if (!sameBytes(signed.header.appHash, replica.stateRoot))
    throw altered(line, 'its certificate has another root')
  if (trust === undefined) return undefined
  const outcome = trustAfter(nodePrimitives, trust, signed, '')
  if (!outcome.ok) throw altered(line, `its certificate is not to be believed: ${outcome.refusal.place}`)
  return outcome.value
}

function isOf({ header }: LightBlock, { height, time, operations }: BlockInput): boolean {
  const transactions = operations.map((operation) => transactionOf(operation) ?? new Uint8Array())
  return (
    header.height === height &&
    epochMsOf(header.time) === time &&
    sameBytes(header.dataHash, dataHash(nodePrimitives, transactions))
  )
}

function lightBlockIn(bytes: Uint8Array, line: number): LightBlock {
  try {
    return lightBlockFrom(nodePrimitives, bytes)
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    throw new Fault('export-altered', { line, reason: 'its certificate cannot be read' }, { cause })
  }
}

function blockIn({ height, time, operations, evidence }: LineOf<'block'>): BlockInput {
  return {
    height,
    time: epochMs(time),
    operations: operations.map(signedBytes),
    evidence: evidence.map(({ kind, address, height: signedAt, at }) => {
      return { kind, address: fromHex(address), height: signedAt, at: epochMs(at) }
    }),
  }
}

function signedBytes({ bytes, signature }: SignedText): SignedBytes {
  return { bytes: bytesOf(bytes), signature: bytesOf(signature) }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'))
}

function altered(line: number, reason: string): Fault {
  must(line > 0, 'lines are counted from 1')
  return new Fault('export-altered', { line, reason })
}
