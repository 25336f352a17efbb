import type { EpochMs } from '@tri/units'

import { ByteQueue } from '../byte-queue.ts'
import type { Codec, DecoderOptions, FrameDecoder, FrameKeys } from '../codec.ts'
import { generalCipheredFrom, openGeneralCiphered, type GeneralCiphered } from '../dlms/general-ciphering.ts'
import type { CheckVerdict, Frame, MeterValue } from '../frame.ts'
import type { DataSet } from '../iec62056/data-set.ts'
import { areSound, crcIsExpected } from './check-rule.ts'
import { dsmrValues } from './dsmr-values.ts'
import { stampMoment } from './stamp.ts'
import { TELEGRAM_BYTES_MAX, TelegramCutter, type Piece } from './telegram-cutter.ts'
import { dsmrTelegram, telegramEndingAt, type DsmrTelegram } from './telegram.ts'

/** Where a meter's clock stands. */
export interface DsmrClock {
  /** Hours that winter time is ahead of UTC. */
  readonly winterHours: number
}

/** Netherlands, Belgium, Luxembourg, Sweden, Norway, Hungary, Austria, Slovenia, Croatia. */
const CENTRAL_EUROPE: DsmrClock = { winterHours: 1 }
const TELEGRAM_TIME = '0-0:1.0.0'
const AUTHENTICATED = 0x10
const SLASH = 0x2f
const STX = 0x02
const LIKENESS_BYTES_MAX = 65_536
const FULL_ADDRESS = /^\d+-\d+:/

/** Telegrams of the P1 port, in Central European time. See `dsmrCodecFor` for what it reads. */
export const dsmrCodec: Codec = dsmrCodecFor(CENTRAL_EUROPE)

/**
 * Reads telegrams of the customer port P1 in every national form: DSMR 2.2 to 5, e-MUCS, Luxembourg (plain and encrypted),
 * Sweden, Norway, Finland, Hungary, Austria, the Baltic and Adriatic ones, EasyMeter.
 *
 * Problems of a frame: `crc-mismatch`; `damaged` where there is no CRC and a line is none; `crc-missing` where the standard has a CRC and the telegram none; `truncated`;
 * `not-a-telegram` for a readout with a block check, which is IEC 62056-21; `key-missing` and `key-wrong` where it is
 * encrypted. The CRC of what an encrypted frame holds decides as everywhere, whatever its tag says.
 *
 * @param clock the zone that time stamps are in: 2 hours for Finland and the Baltic states, 0 for Portugal
 * @see   docs/protocols/dsmr.md
 */
export function dsmrCodecFor({ winterHours }: DsmrClock): Codec {
  const open = (options?: DecoderOptions): FrameDecoder => {
    const held = new ByteQueue()
    const cutter = new TelegramCutter()
    const read = (isLast: boolean): Frame[] => {
      const pieces: Piece[] = []
      held.drop(cutter.cut(held.bytes, isLast, pieces))
      return pieces.map((piece) => frameOf(piece, winterHours, options?.keys))
    }
    return {
      push(bytes) {
        held.add(bytes)
        return read(false)
      },
      end: () => read(true),
    }
  }
  return { protocol: 'dsmr', frameBytesMax: TELEGRAM_BYTES_MAX, open, likeness }
}

interface Verdict {
  readonly check: CheckVerdict
  readonly problem?: string
}

function frameOf(piece: Piece, winterHours: number, keys: FrameKeys | undefined): Frame {
  if (piece.is === 'ciphered') return cipheredFrame(piece, winterHours, keys)
  const { bytes, mark } = piece
  const telegram = telegramEndingAt(bytes, mark)
  return plainFrame({ telegram, bytes, winterHours, verdict: verdictOf(telegram, bytes) })
}

function plainFrame({
  telegram: { identification, objects },
  bytes,
  winterHours,
  verdict,
}: {
  readonly telegram: DsmrTelegram
  readonly bytes: Uint8Array
  readonly winterHours: number
  readonly verdict: Verdict
}): Frame {
  const values: MeterValue[] = verdict.problem === undefined ? dsmrValues(objects, winterHours) : []
  const measuredAt = timeOf(objects, winterHours)
  return {
    protocol: 'dsmr',
    ...verdict,
    device: identification,
    ...(measuredAt === undefined ? {} : { measuredAt }),
    values,
    bytes,
  }
}

function timeOf(objects: readonly DataSet[], winterHours: number): EpochMs | undefined {
  for (const { address, groups } of objects)
    if (address === TELEGRAM_TIME) return stampMoment(groups[0] ?? '', winterHours)
  return undefined
}

function verdictOf(telegram: DsmrTelegram, bytes: Uint8Array): Verdict {
  const { check, objects } = telegram
  if (check === 'valid') return { check }
  if (check === 'invalid') return { check, problem: 'crc-mismatch' }
  if (!telegram.isEnded && (objects.length === 0 || !telegram.endsWithWholeLine || crcIsExpected(objects)))
    return { check: 'invalid', problem: 'truncated' }
  if (crcIsExpected(objects)) return { check, problem: 'crc-missing' }
  if (bytes.includes(STX)) return { check, problem: 'not-a-telegram' }
  return telegram.malformedLines === 0 && areSound(objects) ? { check } : { check, problem: 'damaged' }
}

function cipheredFrame(
  { bytes, isWhole }: Piece & { readonly is: 'ciphered' },
  winterHours: number,
  keys: FrameKeys | undefined,
): Frame {
  const reading = generalCipheredFrom(bytes)
  if (!isWhole || reading.is !== 'whole') return closed('truncated', bytes)
  const { frame } = reading
  const device = frame.systemTitle.toHex()
  const opened = openGeneralCiphered(frame, keys)
  if (!opened.ok) return { ...closed(opened.refusal, bytes), device }
  const begin = opened.value.indexOf(SLASH)
  if (begin < 0) return { ...closed(problemWithout(frame), bytes), device }
  const plain = opened.value.subarray(begin)
  const telegram = dsmrTelegram(plain)
  const inner = verdictOf(telegram, plain)
  // A telegram that carries no CRC of its own is still held to the tag around it.
  const isTagged = (frame.securityControl & AUTHENTICATED) !== 0
  const verdict: Verdict =
    isTagged && telegram.isEnded && telegram.check === 'absent' ? { check: 'valid' } : inner
  return plainFrame({ telegram, bytes, winterHours, verdict })
}

// Without a tag any key opens: what comes out tells whether it was the right one.
function problemWithout({ securityControl }: GeneralCiphered): string {
  return (securityControl & AUTHENTICATED) === 0 ? 'key-wrong' : 'not-a-telegram'
}

function closed(problem: string, bytes: Uint8Array): Frame {
  return { protocol: 'dsmr', check: 'invalid', problem, values: [], bytes }
}

function likeness(bytes: Uint8Array): number {
  const pieces: Piece[] = []
  new TelegramCutter().cut(bytes.subarray(0, LIKENESS_BYTES_MAX), true, pieces)
  return Math.max(0, ...pieces.map(pieceLikeness))
}

function pieceLikeness(piece: Piece): number {
  // Other protocols carry the same envelope inside frames of their own.
  if (piece.is === 'ciphered') return piece.isWhole ? 0.5 : 0.2
  const { check, objects } = telegramEndingAt(piece.bytes, piece.mark)
  const addressed = objects.filter(({ address }) => FULL_ADDRESS.test(address)).length
  if (addressed === 0) return 0.1
  // STX begins the data block of IEC 62056-21, whose lines look the same.
  if (piece.bytes.includes(STX)) return 0.3
  return check === 'valid' ? 1 : Math.min(0.9, 0.5 + addressed / 10)
}
