import { axdrFrom, type Axdr } from './axdr.ts'
import { DATE_TIME_BYTES } from './date-time.ts'

/** First byte of a data-notification APDU. */
export const DATA_NOTIFICATION = 0x0f

/** What a meter pushes: its values as the tree they were sent in. */
export interface DataNotification {
  readonly invokeId: number
  /** The 12 bytes of its date-time, where it has one. */
  readonly dateTime?: Uint8Array
  readonly body: Axdr
  /** Elements that the outermost list announced and did not bring. */
  readonly missing: number
  /** Where it ends. */
  readonly until: number
}

/** What bytes hold as a data-notification. `short` may be one that goes on, or one that announced too much. */
export type NotificationReading =
  | { readonly is: 'whole'; readonly notification: DataNotification }
  | { readonly is: 'short'; readonly begun?: DataNotification }
  | { readonly is: 'malformed' }

const INVOKE_ID_BYTES = 4
const OCTET_STRING = 0x09

/**
 * Reads a data-notification: invoke id, date-time, body. The date-time is an octet string without its tag; Kaifa sends
 * the tag too.
 *
 * @see IEC 62056-5-3, data-notification service
 */
export function notificationFrom(apdu: Uint8Array): NotificationReading {
  const timeAt = 1 + INVOKE_ID_BYTES
  if (apdu[0] !== DATA_NOTIFICATION) return { is: apdu.length === 0 ? 'short' : 'malformed' }
  if (apdu.length < timeAt + 2) return { is: 'short' }
  const lengthAt = apdu[timeAt] === OCTET_STRING && apdu[timeAt + 1] === DATE_TIME_BYTES ? timeAt + 1 : timeAt
  const length = apdu[lengthAt] ?? 0
  if (length !== 0 && length !== DATE_TIME_BYTES) return { is: 'malformed' }
  const bodyAt = lengthAt + 1 + length
  if (apdu.length <= bodyAt) return { is: 'short' }
  const reading = axdrFrom(apdu, bodyAt)
  if (reading.is === 'malformed') return { is: 'malformed' }
  const about = {
    invokeId: new DataView(apdu.buffer, apdu.byteOffset).getUint32(1),
    ...(length === 0 ? {} : { dateTime: apdu.slice(lengthAt + 1, bodyAt) }),
  }
  if (reading.is === 'whole') {
    const { value, until } = reading
    return { is: 'whole', notification: { ...about, body: value, missing: 0, until } }
  }
  const { begun, missing } = reading
  if (begun === undefined) return { is: 'short' }
  return { is: 'short', begun: { ...about, body: begun, missing, until: apdu.length } }
}
