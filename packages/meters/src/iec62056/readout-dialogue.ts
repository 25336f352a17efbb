import { Fault } from '@tri/units'

import type { Talk, TalkStep } from '../lines/talk.ts'
import { isUsable } from '../frame.ts'
import { iecCodec } from './iec-codec.ts'
import { IDENTIFICATION_BYTES_MAX, sevenBits } from './identification.ts'
import { ACK } from './readout.ts'

/** How a meter is asked. */
export interface ReadoutOptions {
  /** Which meter is meant, where several share a line; absent or empty calls whichever hears it. */
  readonly address?: string
  /** Speed beyond which the line does not work; a meter that offers more is read at the first speed. */
  readonly baudMax?: number
}

/** One readout in the making. */
export interface ReadoutDialogue extends Talk {
  /** True when a readout came whole, or was asked for as often as is allowed: nothing more will be said. */
  readonly isDone: boolean
  /** The mode that the identification told; nothing until it came. */
  readonly mode: 'A' | 'B' | 'C' | 'E' | undefined
}

/** Speed at which every meter of modes A, B, C and E is called. */
export const CALL_BAUD = 300
/** How often a block whose check is wrong is asked for again. */
export const REPEATS_MAX = 2

const ADDRESS = /^[\dA-Za-z ]{0,32}$/
const IDENTIFICATION = /\/[A-Za-z]{3}([^\r\n])([^\r\n]*)$/
const NAK = 0x15
const LF = 0x0a
const HDLC_MARK = '\\'

// IEC 62056-21, 6.3.14.2: letters are the speeds of mode B, digits those of modes C and E.
const BAUD_B = new Map([
  ['A', 600],
  ['B', 1200],
  ['C', 2400],
  ['D', 4800],
  ['E', 9600],
  ['F', 19_200],
])
const BAUD_C = new Map([
  ['0', 300],
  ['1', 600],
  ['2', 1200],
  ['3', 2400],
  ['4', 4800],
  ['5', 9600],
  ['6', 19_200],
])

/**
 * The reader's side of a readout, for a line that was opened at CALL_BAUD with 7 bits and even parity: calls the meter,
 * answers its identification, follows its change of speed, and asks again for a block whose check is wrong. What is
 * received goes to `iecCodec` as well, which gives the frames. One conversation is one readout. A meter of mode D is not
 * asked: it has no conversation, only a line (2400 baud).
 *
 * @throws Fault `meter-address-unusable`
 * @see    IEC 62056-21, 6.3 (messages) and 6.4 (modes A to E)
 */
export function readoutDialogue({ address = '', baudMax = Infinity }: ReadoutOptions = {}): ReadoutDialogue {
  if (!ADDRESS.test(address)) throw new Fault('meter-address-unusable', { address })
  const decoder = iecCodec.open()
  let mode: ReadoutDialogue['mode']
  let isDone = false
  let repeats = 0
  let line = ''

  /** Collects the line being received, and gives it when it is an identification. */
  const identified = (bytes: Uint8Array): RegExpExecArray | undefined => {
    let found: RegExpExecArray | null = null
    for (const byte of bytes) {
      const letter = sevenBits(byte)
      if (letter === LF) {
        found ??= IDENTIFICATION.exec(line.trimEnd())
        line = ''
      } else line = (line + String.fromCharCode(letter)).slice(-IDENTIFICATION_BYTES_MAX)
    }
    return found ?? undefined
  }

  const answer = ([, speed = '', rest = '']: RegExpExecArray): TalkStep => {
    const offered = BAUD_C.get(speed)
    const baudB = BAUD_B.get(speed)
    mode = offered === undefined ? (baudB === undefined ? 'A' : 'B') : rest.startsWith(HDLC_MARK) ? 'E' : 'C'
    if (offered === undefined) return baudB === undefined ? {} : { baud: baudB }
    const isTooFast = offered > baudMax
    const send = acknowledgement(isTooFast ? '0' : speed)
    return isTooFast || offered === CALL_BAUD ? { send } : { send, baud: offered }
  }

  return {
    get isDone() {
      return isDone
    },
    get mode() {
      return mode
    },
    begin: () => ({ send: ascii(`/?${address}!\r\n`) }),
    received(bytes) {
      if (isDone) return {}
      const [frame] = decoder.push(bytes)
      const identification = mode === undefined ? identified(bytes) : undefined
      const step = identification === undefined ? {} : answer(identification)
      if (frame === undefined) return step
      const mayRepeat = (mode === 'C' || mode === 'E') && repeats < REPEATS_MAX
      if (isUsable(frame) || !mayRepeat) {
        isDone = true
        return step
      }
      repeats++
      return { send: Uint8Array.of(NAK) }
    },
  }
}

/** Normal protocol, the speed, and a readout of data rather than programming. */
function acknowledgement(speed: string): Uint8Array {
  return Uint8Array.of(ACK, ...ascii(`0${speed}0\r\n`))
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
