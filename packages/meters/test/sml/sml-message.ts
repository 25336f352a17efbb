import { crc16X25 } from '../../src/crc16-x25.ts'

/** What an entry of a value list is made of: each as it stands in the frame, in hexadecimal digits. */
export interface EntryDigits {
  readonly name: string
  readonly status?: string
  readonly time?: string
  readonly unit?: string
  readonly scaler?: string
  readonly value: string
}

const ABSENT = '01'

/** An entry of a value list. */
export function entry({
  name,
  status = ABSENT,
  time = ABSENT,
  unit = ABSENT,
  scaler = ABSENT,
  value,
}: EntryDigits): string {
  return `7707${name}${status}${time}${unit}${scaler}${value}01`
}

/** An SML_GetList.Res with its entries (at most 15), its message check and its end. */
export function listMessage(
  entries: readonly string[],
  { server = '0a01545249000000000a', time = ABSENT } = {},
) {
  const list = `7${entries.length.toString(16)}${entries.join('')}`
  const body = `77010b${server}01${time}${list}0101`
  return checked(`7605000000016200620072630701${body}`)
}

/** A message with its check, which is one byte long where its high byte is zero. */
export function checked(message: string): string {
  const bytes = Uint8Array.fromHex(message)
  const crc = crc16X25(bytes, 0, bytes.length)
  const low = (crc & 0xff).toString(16).padStart(2, '0')
  const high = (crc >> 8).toString(16).padStart(2, '0')
  return `${message}${low === '00' ? `62${high}` : `63${low}${high}`}00`
}

/** A frame of the transport protocol around messages: escaped, filled, closed with its CRC. */
export function smlFrame(...messages: readonly string[]): Uint8Array {
  const content = Uint8Array.fromHex(messages.join(''))
  const escaped: number[] = []
  let run = 0
  for (const byte of content) {
    escaped.push(byte)
    run = byte === 0x1b ? run + 1 : 0
    if (run === 4) {
      escaped.push(0x1b, 0x1b, 0x1b, 0x1b)
      run = 0
    }
  }
  const fill = (4 - (escaped.length % 4)) % 4
  const escape = [0x1b, 0x1b, 0x1b, 0x1b]
  const open = [
    ...escape,
    1,
    1,
    1,
    1,
    ...escaped,
    ...Array.from({ length: fill }, () => 0),
    ...escape,
    0x1a,
    fill,
  ]
  const crc = crc16X25(Uint8Array.from(open), 0, open.length)
  return Uint8Array.from([...open, crc & 0xff, crc >> 8])
}
