import { open } from 'node:fs/promises'

import {
  CAPTURE_BYTES_MAX,
  decodeCapture,
  PROTOCOLS,
  type Frame,
  type MeterValue,
  type Protocol,
} from '@tri/meters'
import { Fault } from '@tri/units'
import { fromHex } from '@tri/units/crypto'

/** What of a capture is asked for. */
export interface DecodeWish {
  /** Path of the capture. */
  readonly file: string
  /** One of PROTOCOLS; found by looking when absent. */
  readonly protocol?: string | undefined
  /** Keys of an encrypted meter, 32 hexadecimal digits each. */
  readonly key?: string | undefined
  readonly authenticationKey?: string | undefined
}

/** A frame as it is told: what its check said, and its values where they may be used. */
export interface DecodedFrame extends Omit<Frame, 'bytes' | 'measuredAt' | 'values'> {
  /** Length of the frame. */
  readonly byteCount: number
  /** ISO 8601 in UTC, by the device's clock. */
  readonly measuredAt?: string
  readonly values: readonly DecodedValue[]
}

/** A value as it is told. Energy is in Wh and power in W, whatever the device sent. */
export interface DecodedValue extends Omit<MeterValue, 'measuredAt'> {
  readonly measuredAt?: string
}

/** All that a capture holds. */
export interface DecodeReport {
  readonly protocol: Protocol
  /** True when nobody named the protocol. */
  readonly isGuessed: boolean
  readonly counts: {
    readonly valid: number
    readonly invalid: number
    readonly absent: number
    readonly usable: number
  }
  readonly frames: readonly DecodedFrame[]
}

const KEY = /^[0-9a-fA-F]{32}$/

/**
 * Reads every frame of a captured file.
 *
 * @throws Fault `file-unreadable`, `protocol-unknown`, `meter-key-unusable`, and why a capture cannot be read: `capture-empty`,
 *         `capture-too-long`, `capture-unpackable`, `protocol-not-recognised`, `no-frame-found`
 */
export async function decodeFile({
  file,
  protocol,
  key,
  authenticationKey,
}: DecodeWish): Promise<DecodeReport> {
  const named = PROTOCOLS.find((one) => one === protocol)
  if (protocol !== undefined && named === undefined)
    throw new Fault('protocol-unknown', { protocol, known: PROTOCOLS.join(', ') })
  const encryption = keyFrom(key)
  const authentication = keyFrom(authenticationKey)
  const outcome = decodeCapture(await bytesOf(file), {
    ...(named === undefined ? {} : { protocol: named }),
    ...(encryption === undefined
      ? {}
      : { keys: { encryption, ...(authentication === undefined ? {} : { authentication }) } }),
  })
  if (!outcome.ok) throw new Fault(outcome.refusal, { file, protocol: protocol ?? '' })
  const { frames, isGuessed } = outcome.value
  const count = (check: Frame['check']) => frames.filter((frame) => frame.check === check).length
  const usable = frames.filter(({ problem }) => problem === undefined).length
  return {
    protocol: outcome.value.protocol,
    isGuessed,
    counts: { valid: count('valid'), invalid: count('invalid'), absent: count('absent'), usable },
    frames: frames.map((frame) => told(frame)),
  }
}

function told({ bytes, measuredAt, values, ...rest }: Frame): DecodedFrame {
  return {
    ...rest,
    ...timeOf(measuredAt),
    byteCount: bytes.length,
    values: values.map((value) => toldValue(value)),
  }
}

function toldValue({ measuredAt, ...rest }: MeterValue): DecodedValue {
  return { ...rest, ...timeOf(measuredAt) }
}

function timeOf(measuredAt: number | undefined): { readonly measuredAt?: string } {
  if (measuredAt === undefined) return {}
  return { measuredAt: Temporal.Instant.fromEpochMilliseconds(measuredAt).toString() }
}

function keyFrom(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined
  // The key itself is never repeated: neither on a screen nor in a log.
  if (!KEY.test(text)) throw new Fault('meter-key-unusable', { length: text.length })
  return fromHex(text.toLowerCase())
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > CAPTURE_BYTES_MAX) throw new Fault('capture-too-long', { file: path })
    return new Uint8Array(await file.readFile())
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault(
      'file-unreadable',
      { file: path, reason: cause instanceof Error ? cause.message : '' },
      { cause },
    )
  }
}
