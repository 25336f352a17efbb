import { createDecipheriv } from 'node:crypto'

import { accept, refuse, type Outcome } from '@tri/units'

import type { FrameKeys } from '../codec.ts'
import { joinedBytes } from '../joined-bytes.ts'

/** First byte of a general-glo-ciphering APDU (IEC 62056-5-3, tag 219). */
export const GENERAL_GLO_CIPHERING = 0xdb

/** What the outside of an encrypted APDU tells: who sent it, how it was protected, and what has to be opened. */
export interface GeneralCiphered {
  /** The sender, 8 bytes: three letters of the maker and its number. Part of the initialisation vector. */
  readonly systemTitle: Uint8Array
  /** Bit 4: authenticated, bit 5: encrypted, bit 7: compressed, bits 0 to 3: the security suite. */
  readonly securityControl: number
  readonly invocationCounter: number
  /** What follows the counter; its last 12 bytes are the tag when the security control says authenticated. */
  readonly cipherText: Uint8Array
}

/** What bytes that begin with 0xDB are. `needs` is how many bytes there must be, from the first, to know more. */
export type GeneralCipheredReading =
  | { readonly is: 'whole'; readonly frame: GeneralCiphered; readonly bytes: number }
  | { readonly is: 'incomplete'; readonly needs: number }
  | { readonly is: 'garbage' }

/** Why an encrypted frame stays closed. */
export type CipheringRefusal = 'key-missing' | 'key-wrong'

const SYSTEM_TITLE_BYTES = 8
const KEY_BYTES = 16
const TAG_BYTES = 12
const COUNTER_BYTES = 4
const LENGTH_AT = 2 + SYSTEM_TITLE_BYTES
const AUTHENTICATED = 0x10
const ENCRYPTED = 0x20
const NO_BYTES = new Uint8Array()

/**
 * Reads the outside of a general-glo-ciphering APDU that begins at the first of `bytes`; more may follow it.
 *
 * @see IEC 62056-5-3 (DLMS UA Green Book, general-glo-ciphering); the Luxembourg P1 specification uses the same form
 */
export function generalCipheredFrom(bytes: Uint8Array): GeneralCipheredReading {
  if (bytes.length < 2) return { is: 'incomplete', needs: LENGTH_AT + 1 }
  if (bytes[0] !== GENERAL_GLO_CIPHERING || bytes[1] !== SYSTEM_TITLE_BYTES) return { is: 'garbage' }
  if (bytes.length <= LENGTH_AT) return { is: 'incomplete', needs: LENGTH_AT + 1 }
  const first = bytes[LENGTH_AT] ?? 0
  const longer = first < 0x80 ? 0 : first & 0x7f
  // No APDU is longer than 64 KiB: a length of more than two bytes is noise.
  if (longer > 2 || first === 0x80) return { is: 'garbage' }
  const from = LENGTH_AT + 1 + longer
  if (bytes.length < from) return { is: 'incomplete', needs: from }
  let length = longer === 0 ? first : 0
  for (let at = LENGTH_AT + 1; at < from; at++) length = length * 256 + (bytes[at] ?? 0)
  if (length < 1 + COUNTER_BYTES) return { is: 'garbage' }
  const end = from + length
  if (bytes.length < end) return { is: 'incomplete', needs: end }
  let invocationCounter = 0
  for (let at = from + 1; at < from + 1 + COUNTER_BYTES; at++)
    invocationCounter = invocationCounter * 256 + (bytes[at] ?? 0)
  const frame = {
    systemTitle: bytes.slice(2, LENGTH_AT),
    securityControl: bytes[from] ?? 0,
    invocationCounter,
    cipherText: bytes.slice(from + 1 + COUNTER_BYTES, end),
  }
  return { is: 'whole', frame, bytes: end }
}

/**
 * Opens an encrypted APDU with the household's keys (AES-128-GCM, security suites 0 and 1).
 *
 * A frame that is encrypted without being authenticated opens with any key: whoever calls must see from what comes out
 * whether the key was right.
 *
 * @returns the plain APDU; `key-missing` when there is no key, `key-wrong` when the tag does not fit or the key is not
 *          of 16 bytes
 * @see     IEC 62056-5-3, 5.3 (cryptographic protection of APDUs): the initialisation vector is system title and
 *          invocation counter, the additional data are the security control and the authentication key
 */
export function openGeneralCiphered(
  frame: GeneralCiphered,
  keys: FrameKeys | undefined,
): Outcome<Uint8Array, CipheringRefusal> {
  if (keys === undefined) return refuse('key-missing')
  const { encryption, authentication } = keys
  if (encryption.length !== KEY_BYTES || frame.systemTitle.length !== SYSTEM_TITLE_BYTES)
    return refuse('key-wrong')
  const isAuthenticated = (frame.securityControl & AUTHENTICATED) !== 0
  const isEncrypted = (frame.securityControl & ENCRYPTED) !== 0
  if (!isAuthenticated) return accept(isEncrypted ? withoutTag(frame, encryption) : frame.cipherText)
  if (frame.cipherText.length < TAG_BYTES) return refuse('key-wrong')
  const content = frame.cipherText.subarray(0, -TAG_BYTES)
  const tag = frame.cipherText.subarray(-TAG_BYTES)
  for (const header of headersOf(frame.securityControl, authentication)) {
    const opened = isEncrypted
      ? withTag(frame, encryption, { additional: header, sealed: content, tag })
      : withTag(frame, encryption, { additional: joinedBytes([header, content]), sealed: NO_BYTES, tag })
    if (opened !== undefined) return accept(isEncrypted ? opened : content.slice())
  }
  return refuse('key-wrong')
}

// Without an authentication key some senders authenticate the control byte alone and some nothing at all. The tag
// decides: one that fits under either is a tag that only the holder of the key could make.
function headersOf(securityControl: number, authentication: Uint8Array | undefined): Uint8Array[] {
  const control = Uint8Array.of(securityControl)
  return authentication === undefined ? [NO_BYTES, control] : [joinedBytes([control, authentication])]
}

function withoutTag(frame: GeneralCiphered, key: Uint8Array): Uint8Array {
  return new Uint8Array(opener(frame, key).update(frame.cipherText))
}

interface Sealed {
  readonly additional: Uint8Array
  readonly sealed: Uint8Array
  readonly tag: Uint8Array
}

function withTag(frame: GeneralCiphered, key: Uint8Array, { additional, sealed, tag }: Sealed) {
  const open = opener(frame, key)
  open.setAAD(additional)
  open.setAuthTag(tag)
  const opened = open.update(sealed)
  try {
    open.final()
  } catch {
    // The engine tells a tag that does not fit by throwing; to us it is an answer.
    return undefined
  }
  return new Uint8Array(opened)
}

function opener({ systemTitle, invocationCounter }: GeneralCiphered, key: Uint8Array) {
  const vector = new Uint8Array(SYSTEM_TITLE_BYTES + COUNTER_BYTES)
  vector.set(systemTitle)
  new DataView(vector.buffer).setUint32(SYSTEM_TITLE_BYTES, invocationCounter)
  return createDecipheriv('aes-128-gcm', key, vector, { authTagLength: TAG_BYTES })
}
