import type { FrameKeys } from '../codec.ts'
import type { CheckVerdict, Frame } from '../frame.ts'
import { DATA_NOTIFICATION, notificationFrom } from './data-notification.ts'
import { GENERAL_GLO_CIPHERING, generalCipheredFrom, openGeneralCiphered } from './general-ciphering.ts'
import { pushedValues } from './push-list.ts'

const ENCRYPTED = 0x20
const AUTHENTICATED = 0x10
const COMPRESSED = 0x80

interface Opening {
  readonly check: CheckVerdict
  readonly keys: FrameKeys | undefined
}

/**
 * The frame of an APDU: opened where it is encrypted, its values where it is a data-notification.
 *
 * @param bytes the frames it came in, as they came
 */
export function frameFromApdu(apdu: Uint8Array, bytes: Uint8Array, { check, keys }: Opening): Frame {
  const frame = { protocol: 'dlms', check, values: [], bytes } as const
  // A frame of HDLC without content keeps the line alive.
  if (apdu.length === 0) return frame
  if (apdu[0] !== GENERAL_GLO_CIPHERING) return { ...frame, ...contentOf(apdu, check === 'valid') }
  const reading = generalCipheredFrom(apdu)
  if (reading.is !== 'whole') return { ...frame, problem: 'malformed' }
  const device = reading.frame.systemTitle.toHex()
  const { securityControl } = reading.frame
  if ((securityControl & COMPRESSED) !== 0) return { ...frame, device, problem: 'apdu-unknown' }
  const opened = openGeneralCiphered(reading.frame, keys)
  if (!opened.ok) return { ...frame, device, problem: opened.refusal }
  const isUnproven = (securityControl & (ENCRYPTED | AUTHENTICATED)) === ENCRYPTED
  if (isUnproven && !isSense(opened.value)) return { ...frame, device, problem: 'key-wrong' }
  return { ...frame, device, ...contentOf(opened.value, false) }
}

// What is only encrypted opens with any key; with a wrong one it is noise, which does not read as a push list to its end.
function isSense(apdu: Uint8Array): boolean {
  const reading = notificationFrom(apdu)
  return (
    reading.is === 'whole' &&
    reading.notification.body.is === 'list' &&
    reading.notification.until === apdu.length
  )
}

/** What of a plain APDU goes into its frame. A list that ends early is read as far as it goes where the check allows it. */
function contentOf(apdu: Uint8Array, mayEndEarly: boolean): Partial<Frame> {
  if (apdu[0] !== DATA_NOTIFICATION) return { problem: 'apdu-unknown' }
  const reading = notificationFrom(apdu)
  if (reading.is === 'whole') return pushedValues(reading.notification)
  if (reading.is === 'malformed') return { problem: 'malformed' }
  const early = mayEndEarly && reading.begun !== undefined ? pushedValues(reading.begun) : undefined
  if (early === undefined || early.values.length === 0) return { problem: 'incomplete' }
  return { ...early, refusedParts: reading.begun?.missing ?? 0 }
}
