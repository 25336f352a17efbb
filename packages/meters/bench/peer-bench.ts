import { join } from 'node:path'

import { z } from 'zod'

import { decodeAll, type Codec } from '../src/codec.ts'
import { dsmrCodec } from '../src/dsmr/dsmr-codec.ts'
import { isUsable, type Frame } from '../src/frame.ts'
import { openModbus } from '../src/lines/modbus-dial.ts'
import { smlCodec } from '../src/sml/sml-codec.ts'
import { capturedFiles } from '../src/testing/captures.ts'
import { SUNSPEC_IMAGE_AT } from '../src/virtual/sunspec-image.ts'
import { streetShape } from './gateway-bench.ts'
import type { MetersRow } from './meters-row.ts'
import { installPeers, PEER_NAMES } from './peers.ts'
import { workerProcess, type WorkerProcess } from './worker-process.ts'

/** How long one turn lasts, ms, and how many turns each side has. */
interface Turns {
  readonly ms: number
  readonly turns: number
}

export const PEERS_FULL: Turns = { ms: 500, turns: 5 }

/** How often something can be done in a second, measured for so many ms. */
type Rate = (ms: number) => number | Promise<number>

const REGISTERS = 10

/** Our codecs and those of others on the same captures, turn by turn; and ours and another's Modbus client on one server. */
export async function peerRows(turns: Turns = PEERS_FULL): Promise<MetersRow[]> {
  const { npm, python } = installPeers()
  const rows: MetersRow[] = []
  try {
    rows.push(
      ...(typeof npm === 'string'
        ? absent([PEER_NAMES.dsmrNpm, PEER_NAMES.obis], npm)
        : await npmRows(npm, turns)),
    )
    rows.push(
      ...(typeof python === 'string'
        ? absent([PEER_NAMES.dsmrPython, PEER_NAMES.pymodbus], python)
        : await pythonRows(python, turns)),
    )
  } finally {
    if (typeof python !== 'string') await python[Symbol.asyncDispose]()
  }
  return rows
}

function absent(names: readonly string[], why: string): MetersRow[] {
  return names.map((name) => ({ name, value: Number.NaN, unit: '/s', absent: why }))
}

interface DsmrPeer {
  parse(telegram: string): { readonly objects?: object } | null
}

interface ObisPeer {
  handleMessage(message: Uint8Array): Uint8Array | null
}

interface ObisQuantity {
  readonly value: unknown
  readonly unit?: string
}

interface ObisValue {
  getValue(index: number): ObisQuantity
}

type ObisPeerClass = new (
  options: { readonly debug: number; readonly logger: () => void },
  told: (error: unknown, result: Readonly<Record<string, ObisValue>> | null) => void,
) => ObisPeer

async function npmRows(require: NodeJS.Require, turns: Turns): Promise<MetersRow[]> {
  const dsmr: DsmrPeer = require('dsmr-parser')
  const text = p1Text()
  const accepts = (telegram: string) => {
    try {
      return Object.keys(dsmr.parse(telegram)?.objects ?? {}).length > 0
    } catch {
      // A refusal of the peer is what is counted.
      return false
    }
  }
  const judged = p1Captures().filter(({ telegram, isSound }) => accepts(telegram) === isSound).length
  return [
    ...(await besides('P1 telegrams of 890 bytes', PEER_NAMES.dsmrNpm, turns, {
      ours: ourRate(dsmrCodec, latin1(text)),
      theirs: timesIn(() => dsmr.parse(text)),
    })),
    { name: `P1 captures judged right, ${PEER_NAMES.dsmrNpm}`, value: judged, unit: 'captures' },
    ...(await obisRows(require('smartmeter-obis/lib/protocols/SmlProtocol.js'), turns)),
  ]
}

async function obisRows(SmlProtocol: ObisPeerClass, turns: Turns): Promise<MetersRow[]> {
  let heard: Readonly<Record<string, ObisValue>> | null = null
  const options = { debug: 0, logger: () => undefined }
  const peer = new SmlProtocol(options, (error, result) => {
    heard = error === null || error === undefined ? result : null
  })
  const read = (frame: Uint8Array): ReadonlyMap<string, unknown> => {
    heard = null
    try {
      peer.handleMessage(Buffer.from(frame))
    } catch {
      // A refusal of the peer is what is counted.
      return new Map()
    }
    return new Map(
      Object.entries<ObisValue>(heard ?? {}).map(([obis, of]) => [
        obis.replace(/\*255$/, ''),
        inWatt(of.getValue(0)),
      ]),
    )
  }
  const frames = smlFrames()
  const [first] = frames
  if (first === undefined) return []
  const bytes = Buffer.from(first)
  const smlRows = (
    name: string,
    decode: (frame: Uint8Array) => ReadonlyMap<string, unknown>,
  ): MetersRow[] => [
    {
      name: `SML frames whose energy is read, of ${frames.length}, ${name}`,
      value: frames.filter((frame) => isEnergyRight(decode(frame), ours(frame))).length,
      unit: 'frames',
    },
    {
      name: `SML frames with one wrong byte, of ${frames.length}, that gave a wrong number, ${name}`,
      value: frames.filter((frame, index) => isDeceived(decode(damaged(frame, index)), decode(frame))).length,
      unit: 'frames',
    },
  ]
  return [
    ...(await besides('SML frames of 252 bytes', PEER_NAMES.obis, turns, {
      ours: ourRate(smlCodec, first),
      theirs: timesIn(() => peer.handleMessage(bytes)),
    })),
    ...smlRows('ours', ours),
    ...smlRows(PEER_NAMES.obis, read),
  ]
}

function ours(frame: Uint8Array): ReadonlyMap<string, unknown> {
  const values = decodeAll(smlCodec, frame).flatMap((read) => read.values)
  return new Map(values.map(({ obis = '', value }) => [obis, value]))
}

/** The peer gives kWh and kW. */
function inWatt({ value, unit }: ObisQuantity): unknown {
  return typeof value === 'number' && unit?.startsWith('k') === true ? value * 1000 : value
}

async function pythonRows(python: WorkerProcess, turns: Turns): Promise<MetersRow[]> {
  const text = p1Text()
  const captures = p1Captures()
  const asked = async (question: object) => z.number().parse(await python.ask(question))
  const accepted = z
    .array(z.boolean())
    .parse(await python.ask({ ask: 'p1-accepts', texts: captures.map(({ telegram }) => telegram) }))
  const ourJudgement = captures.filter(({ telegram, isSound }) => {
    const frames = decodeAll(dsmrCodec, latin1(telegram))
    return frames.some((frame) => isUsable(frame)) === isSound
  })
  const of = `P1 captures judged right`
  return [
    ...(await besides('P1 telegrams of 890 bytes', PEER_NAMES.dsmrPython, turns, {
      ours: ourRate(dsmrCodec, latin1(text)),
      theirs: async (ms) => await asked({ ask: 'p1-rate', text, ms }),
    })),
    {
      name: `${of}, ${PEER_NAMES.dsmrPython}`,
      value: captures.filter(({ isSound }, index) => accepted[index] === isSound).length,
      unit: 'captures',
    },
    { name: `${of}, ours, of ${captures.length}`, value: ourJudgement.length, unit: 'captures' },
    ...(await modbusRows(asked, turns)),
  ]
}

async function modbusRows(asked: (question: object) => Promise<number>, turns: Turns): Promise<MetersRow[]> {
  await using server = workerProcess(process.execPath, [join(import.meta.dirname, 'street-process.ts'), '0'])
  const { modbus: port } = streetShape.parse(await server.heard())
  const closing = new AbortController()
  const address = { over: 'tcp', at: { host: '127.0.0.1', port } } as const
  await using client = await openModbus({ address, name: 'bench', answerMs: 5000 }, closing.signal)
  const at = SUNSPEC_IMAGE_AT + 4
  const ours: Rate = async (ms) => {
    const from = performance.now()
    let reads = 0
    for (; performance.now() - from < ms; reads++)
      await client.read({ unit: 1, table: 'holding', from: at, count: REGISTERS })
    return (reads * 1000) / (performance.now() - from)
  }
  return await besides(
    `Modbus TCP reads of ${REGISTERS} registers, one after the other`,
    PEER_NAMES.pymodbus,
    turns,
    {
      ours,
      theirs: async (ms) => await asked({ ask: 'modbus-rate', port, at, count: REGISTERS, ms }),
    },
  )
}

/** Each side has its turn, again and again; the ratio is the median of those of one turn each. */
async function besides(
  what: string,
  peer: string,
  { ms, turns }: Turns,
  { ours, theirs }: { readonly ours: Rate; readonly theirs: Rate },
): Promise<MetersRow[]> {
  await ours(ms / 2)
  await theirs(ms / 2)
  const rates: [number, number][] = []
  for (let turn = 0; turn < turns; turn++) rates.push([await ours(ms), await theirs(ms)])
  return [
    { name: `${what}, ours`, value: median(rates.map(([one]) => one)), unit: '/s' },
    { name: `${what}, ${peer}`, value: median(rates.map(([, other]) => other)), unit: '/s' },
    {
      name: `${what}, ours : ${peer}`,
      value: median(rates.map(([one, other]) => one / other)),
      unit: 'ratio',
    },
  ]
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function timesIn(act: () => unknown): Rate {
  return (ms) => {
    const from = performance.now()
    let times = 0
    for (; performance.now() - from < ms; times += 16) for (let round = 0; round < 16; round++) act()
    return (times * 1000) / (performance.now() - from)
  }
}

function ourRate(codec: Codec, bytes: Uint8Array): Rate {
  const decoder = codec.open()
  return timesIn(() => decoder.push(bytes))
}

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

function p1Text(): string {
  const [capture] = capturedFiles('dsmr').filter(({ name }) => name === 'ndokter-v5.txt')
  return textOf(capture?.bytes ?? new Uint8Array())
}

const published = z.object({ crc16: z.object({ valid: z.boolean().nullable() }).nullable() })
/** Announces a version that has a CRC, and carries none. */
const WITHOUT_ITS_CRC = 'amshan-nl-xmx-no-crc.txt'

/** Telegrams, and whether their values may be used: by their CRC where their version has one. */
function p1Captures(): { readonly telegram: string; readonly isSound: boolean }[] {
  return capturedFiles('dsmr').map(({ name, bytes, expected }) => ({
    telegram: textOf(bytes),
    isSound: published.parse(expected).crc16?.valid !== false && name !== WITHOUT_ITS_CRC,
  }))
}

/** Sound frames of every make; at most so many of one capture. */
const FRAMES_OF_A_CAPTURE_MAX = 20

function smlFrames(): Uint8Array[] {
  const captures = capturedFiles('sml').toSorted(
    (a, b) => Number(b.name.includes('GW8E2A500AK2')) - Number(a.name.includes('GW8E2A500AK2')),
  )
  return captures.flatMap(({ bytes }) =>
    decodeAll(smlCodec, bytes)
      .filter((frame: Frame) => isUsable(frame))
      .slice(0, FRAMES_OF_A_CAPTURE_MAX)
      .map((frame) => frame.bytes),
  )
}

/** The same frame with one byte changed, somewhere behind its beginning. */
function damaged(frame: Uint8Array, index: number): Uint8Array {
  const at = 8 + ((index * 7919) % (frame.length - 16))
  return frame.with(at, (frame[at] ?? 0) ^ 0x10)
}

const ENERGIES = ['1-0:1.8.0', '1-0:2.8.0']

function isEnergyRight(read: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): boolean {
  return ENERGIES.every((obis) => !right.has(obis) || isClose(read.get(obis), right.get(obis)))
}

/** True when a damaged frame gave a number that the sound one did not. */
function isDeceived(read: ReadonlyMap<string, unknown>, sound: ReadonlyMap<string, unknown>): boolean {
  return [...read].some(([obis, value]) => typeof value === 'number' && !isClose(value, sound.get(obis)))
}

function isClose(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b))
}
