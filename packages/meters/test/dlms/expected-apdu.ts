import { ApduAssembly, withoutLlc, type Assembled } from '../../src/dlms/apdu-assembly.ts'
import type { Axdr } from '../../src/dlms/axdr.ts'
import { notificationFrom } from '../../src/dlms/data-notification.ts'
import { generalCipheredFrom } from '../../src/dlms/general-ciphering.ts'
import { hdlcFrameFrom } from '../../src/dlms/hdlc.ts'
import { mbusSegmentFrom } from '../../src/dlms/mbus-segment.ts'

/** The APDUs of a capture, under the codec: of HDLC, of M-Bus, or bare. */
export function apdusOf(bytes: Uint8Array): Assembled[] {
  const assembly = new ApduAssembly()
  const apdus: Assembled[] = []
  for (let at = 0; at < bytes.length;) {
    const rest = bytes.subarray(at)
    const hdlc = rest[0] === 0x7e ? hdlcFrameFrom(rest) : undefined
    const mbus = rest[0] === 0x68 ? mbusSegmentFrom(rest) : undefined
    if (hdlc?.is === 'frame') apdus.push(...assembly.takeHdlc(hdlc.frame, rest.subarray(0, hdlc.bytes)))
    if (mbus?.is === 'segment') apdus.push(...assembly.takeMbus(mbus.segment, rest.subarray(0, mbus.bytes)))
    if (at === 0 && rest[0] === 0xe6) return [{ is: 'apdu', apdu: withoutLlc(bytes), bytes }]
    at += hdlc?.is === 'frame' ? hdlc.bytes : mbus?.is === 'segment' ? mbus.bytes : 1
  }
  return apdus
}

/** An APDU in the form in which the captures keep it. */
export function asExpected(apdu: Uint8Array): unknown {
  if (apdu[0] === 0xdb) {
    const reading = generalCipheredFrom(apdu)
    if (reading.is !== 'whole') return { error: reading.is }
    const { systemTitle, securityControl, invocationCounter, cipherText } = reading.frame
    return {
      apdu: 'general-glo-ciphering',
      systemTitle: systemTitle.toHex(),
      length: cipherText.length + 5,
      securityControl,
      invocationCounter,
      ciphertextBytes: cipherText.length,
    }
  }
  const reading = notificationFrom(apdu)
  if (reading.is !== 'whole') return { error: reading.is }
  const { invokeId, dateTime, body, until } = reading.notification
  return {
    apdu: 'data-notification',
    longInvokeIdAndPriority: invokeId.toString(16).padStart(8, '0'),
    dateTime: dateTime?.toHex() ?? null,
    body: treeOf(body),
    trailingBytes: apdu.length - until,
  }
}

function treeOf(value: Axdr): unknown {
  switch (value.is) {
    case 'null':
      return null
    case 'boolean':
      return { boolean: value.value }
    case 'list':
      return { [value.type]: value.elements.map(treeOf) }
    case 'bytes':
      return { [camel(value.type)]: value.value.toHex() }
    case 'text':
    case 'number':
      return { [camel(value.type)]: value.value }
    default:
      throw new Error('a kind of value that is not known')
  }
}

function camel(type: string): string {
  return type.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
