import { decodeAll, type Codec, type FrameDecoder } from '../src/codec.ts'
import type { Frame } from '../src/frame.ts'
import { diceOf, type Dice } from '../simulate/dice.ts'
import type { Corpus, Seed } from './corpus.ts'

/** What many damaged captures did to the codecs. */
export interface FuzzOutcome {
  readonly mutations: number
  /** Mutations that made a codec throw, the first few with the seed of each. */
  readonly crashes: readonly string[]
  /** Frames that broke a promise: a problem with values beside it, or more bytes than a frame may have. */
  readonly broken: readonly string[]
  /** Frames that came out, whatever their check said. */
  readonly frames: number
  /** The longest that one mutation took, ms. */
  readonly slowestMs: number
}

/** What of a run is told at most: the first ones are enough to repeat it. */
const TOLD_MAX = 20
/** Each codec also has one decoder that is never ended and takes every so many mutations, one after the other. */
const STREAM_EVERY = 8
const CHANGES_MAX = 12

/**
 * Damages captures and decodes them, codec after codec in turn. The same seed makes the same mutations; mutation `n` can be
 * made alone, as it depends on the seed and `n` only.
 *
 * @param clock for the slowest mutation, ms
 */
export function fuzzCodecs(
  corpora: readonly Corpus[],
  {
    seed,
    mutations,
    clock,
  }: { readonly seed: number; readonly mutations: number; readonly clock: () => number },
): FuzzOutcome {
  const streams = new Map<Codec, FrameDecoder>(corpora.map(({ codec }) => [codec, codec.open()]))
  const crashes: string[] = []
  const broken: string[] = []
  let frames = 0
  let slowestMs = 0
  for (let n = 0; n < mutations; n++) {
    const corpus = corpora[n % corpora.length]
    if (corpus === undefined) break
    const { codec } = corpus
    const { bytes, options } = mutation(corpus, seed, n)
    const from = clock()
    try {
      const read = decodeAll(codec, bytes, options)
      const streamed = n % STREAM_EVERY < corpora.length / STREAM_EVERY ? streams.get(codec)?.push(bytes) : []
      frames += read.length
      for (const frame of [...read, ...(streamed ?? [])])
        if (!keepsPromises(codec, frame) && broken.length < TOLD_MAX)
          broken.push(`${codec.protocol}, mutation ${n}: ${frame.problem ?? 'no problem'}`)
    } catch (cause) {
      // A throw is what is looked for: it is counted, with what repeats it.
      if (crashes.length < TOLD_MAX) crashes.push(`${codec.protocol}, mutation ${n}: ${String(cause)}`)
    }
    slowestMs = Math.max(slowestMs, clock() - from)
  }
  return { mutations, crashes, broken, frames, slowestMs }
}

function keepsPromises(codec: Codec, { problem, values, bytes }: Frame): boolean {
  return (problem === undefined || values.length === 0) && bytes.length <= codec.frameBytesMax
}

/** The n-th mutation of a seed. */
export function mutation({ seeds }: Corpus, seed: number, n: number): Seed {
  const dice = diceOf(Math.imul(seed, 0x9e3779b1) ^ n)
  const [first] = seeds
  if (first === undefined) return { bytes: new Uint8Array(), options: {} }
  const { bytes, options } = seeds[dice.between(0, seeds.length)] ?? first
  const other = (seeds[dice.between(0, seeds.length)] ?? first).bytes
  let mutated = bytes
  for (let change = dice.between(0, CHANGES_MAX); change >= 0; change--)
    mutated = changed(mutated, other, dice)
  return { bytes: mutated, options }
}

type Change = (bytes: Uint8Array, other: Uint8Array, dice: Dice) => Uint8Array

const flipped: Change = (bytes, _other, dice) => {
  const at = dice.between(0, bytes.length)
  return bytes.with(at, (bytes[at] ?? 0) ^ (1 << dice.between(0, 8)))
}
const replaced: Change = (bytes, _other, dice) =>
  bytes.with(
    dice.between(0, bytes.length),
    dice.pick([0, 0x1b, 0x21, 0x2f, 0x68, 0x7e, 0xff, dice.between(0, 256)]),
  )
const cut: Change = (bytes, _other, dice) => {
  const at = dice.between(0, bytes.length)
  return joined(bytes.subarray(0, at), bytes.subarray(at + dice.between(1, 64)))
}
const doubled: Change = (bytes, _other, dice) => {
  const at = dice.between(0, bytes.length)
  return joined(bytes.subarray(0, at + dice.between(1, 64)), bytes.subarray(at))
}
const inserted: Change = (bytes, _other, dice) => {
  const at = dice.between(0, bytes.length)
  const noise = Uint8Array.from({ length: dice.between(1, 24) }, () => dice.between(0, 256))
  return joined(bytes.subarray(0, at), noise, bytes.subarray(at))
}
const ended: Change = (bytes, _other, dice) => bytes.subarray(0, dice.between(1, bytes.length + 1))
const begun: Change = (bytes, _other, dice) => bytes.subarray(dice.between(0, bytes.length))
const spliced: Change = (bytes, other, dice) => {
  const from = dice.between(0, other.length)
  return joined(bytes.subarray(0, dice.between(1, bytes.length + 1)), other.subarray(from, from + 1024))
}

const CHANGES: readonly [Change, ...Change[]] = [
  flipped,
  flipped,
  replaced,
  replaced,
  cut,
  doubled,
  inserted,
  ended,
  begun,
  spliced,
]

function changed(bytes: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  return bytes.length === 0 ? other : dice.pick(CHANGES)(bytes, other, dice)
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
