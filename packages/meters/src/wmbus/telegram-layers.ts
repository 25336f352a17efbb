import type { MeterAddress } from '../mbus/meter-address.ts'
import { idDigits, manufacturerLetters } from '../mbus/meter-address.ts'
import { radioCrc } from './radio-crc.ts'
import { openChained, openCounted, cipherMac } from './telegram-cipher.ts'

/** Why the content of a telegram stays closed. */
export type TelegramProblem =
  | 'header-truncated'
  | 'payload-crc-mismatch'
  | 'key-missing'
  | 'key-wrong'
  | 'fragmented'
  | 'security-unsupported'
  | 'maker-protocol'
  | 'control-information-unknown'

/** A telegram, opened down to its records. */
export interface OpenedTelegram {
  readonly address: MeterAddress
  /** How the records come: in full, without their heads (a compact frame), or as an error or alarm of the device. */
  readonly form: 'full' | 'compact' | 'error' | 'alarm'
  readonly content: Uint8Array
  /** The telegram has a check of its own around the records, and it fits. */
  readonly isChecked: boolean
}

/** Either what was opened, or why it was not and whose it is. */
export type TelegramReading =
  | { readonly is: 'opened'; readonly telegram: OpenedTelegram }
  | { readonly is: 'closed'; readonly problem: TelegramProblem; readonly address: MeterAddress }

const HEADER_BYTES = 10
const AES_BLOCK_BYTES = 16
const KEY_BYTES = 16
const FILLER = 0x2f
const FROM_METER_ENCRYPTION = 0x00
const FROM_METER_AUTHENTICATION = 0x01
const DERIVATION_FILLER = 0x07

/** Opens a telegram without checks of the link layer, from its length byte on. */
export function openTelegram(telegram: Uint8Array, key: Uint8Array | undefined): TelegramReading {
  return new Opening(telegram, key).read()
}

function addressOf(maker: Uint8Array, device: Uint8Array): MeterAddress {
  return {
    manufacturer: manufacturerLetters(maker[0] ?? 0, maker[1] ?? 0),
    id: idDigits(device),
    version: device[4] ?? 0,
    medium: device[5] ?? 0,
  }
}

class Opening {
  #rest: Uint8Array
  readonly #key: Uint8Array | undefined
  /** Maker 2, number 4, version, medium: what initialisation vectors are made of. */
  #owner: Uint8Array
  /** The counter and the check of the authentication layer, where there is one. */
  #counter: Uint8Array | undefined
  #check: { readonly head: Uint8Array; readonly mac: Uint8Array } | undefined
  #isChecked = false

  constructor(telegram: Uint8Array, key: Uint8Array | undefined) {
    this.#owner = telegram.slice(2, HEADER_BYTES)
    this.#rest = telegram.subarray(HEADER_BYTES)
    this.#key = key?.length === KEY_BYTES ? key : undefined
  }

  read(): TelegramReading {
    for (;;) {
      const control = this.#rest[0]
      if (control === undefined) return this.#closed('header-truncated')
      const problem = this.#outerLayer(control)
      if (problem === 'none') return this.#transportLayer(control)
      if (problem !== undefined) return this.#closed(problem)
    }
  }

  get #address(): MeterAddress {
    return addressOf(this.#owner.subarray(0, 2), this.#owner.subarray(2))
  }

  #closed(problem: TelegramProblem): TelegramReading {
    return { is: 'closed', problem, address: this.#address }
  }

  #opened(form: OpenedTelegram['form'], content: Uint8Array): TelegramReading {
    return {
      is: 'opened',
      telegram: { address: this.#address, form, content, isChecked: this.#isChecked },
    }
  }

  /** Takes off one layer around the transport layer; `none` when there is no further one. */
  #outerLayer(control: number): TelegramProblem | 'none' | undefined {
    switch (control) {
      case 0x8c:
        return this.#drop(3)
      case 0x8d:
        return this.#extendedLink(1)
      case 0x8e:
        this.#takeOwner(3)
        return this.#drop(11)
      case 0x8f:
        this.#takeOwner(3)
        return this.#extendedLink(9)
      case 0x90:
        return this.#authentication()
      default:
        return 'none'
    }
  }

  #drop(count: number): TelegramProblem | undefined {
    if (count >= this.#rest.length) return 'header-truncated'
    this.#rest = this.#rest.subarray(count)
    return undefined
  }

  #takeOwner(from: number): void {
    if (this.#rest.length >= from + 8) this.#owner = this.#rest.slice(from, from + 8)
  }

  /** Extended link layer with a session number: payload check and payload are encrypted together (EN 13757-4). */
  #extendedLink(controlAt: number): TelegramProblem | undefined {
    // The control byte is first; the second address of the longer form lies between the access count and the session.
    const sessionAt = controlAt + 2
    const control = this.#rest[1] ?? 0
    const session = this.#rest.slice(sessionAt, sessionAt + 4)
    const sealed = this.#rest.subarray(sessionAt + 4)
    if (sealed.length < 3) return 'header-truncated'
    const plain = checkedPayload(sealed)
    const isEncrypted = (session[3] ?? 0) >> 5 !== 0
    if (plain !== undefined || !isEncrypted) {
      if (plain === undefined) return 'payload-crc-mismatch'
      this.#rest = plain
    } else {
      if (this.#key === undefined) return 'key-missing'
      const counter = Uint8Array.of(...this.#owner, control, ...session, 0, 0, 0)
      const opened = checkedPayload(openCounted(this.#key, counter, sealed))
      if (opened === undefined) return 'key-wrong'
      this.#rest = opened
    }
    this.#isChecked = true
    return undefined
  }

  /** Authentication and fragmentation layer: a counter for the key of the day, and a check of the rest. */
  #authentication(): TelegramProblem | undefined {
    const length = this.#rest[1] ?? 0
    const layer = this.#rest.subarray(2, 2 + length)
    if (layer.length < 2 || layer.length < length) return 'header-truncated'
    const flags = layer[1] ?? 0
    if ((flags & 0x40) !== 0 || (layer[0] ?? 0) > 1) return 'fragmented'
    let at = 2
    const field = (bit: number, count: number): Uint8Array => {
      if ((flags & bit) === 0) return new Uint8Array()
      at += count
      return layer.slice(at - count, at)
    }
    const kind = field(0x20, 1)
    field(0x02, 2)
    const counter = field(0x08, 4)
    const macBytes = (flags & 0x10) === 0 ? layer.length - at : layer.length - at - 2
    const mac = field(0x04, macBytes)
    const messageLength = field(0x10, 2)
    if (counter.length === 4) this.#counter = counter
    if (mac.length > 0) this.#check = { head: Uint8Array.of(...kind, ...counter, ...messageLength), mac }
    return this.#drop(2 + length)
  }

  #transportLayer(control: number): TelegramReading {
    switch (control) {
      case 0x72:
        this.#takeLongAddress()
        return this.#secured(9)
      case 0x7a:
        return this.#secured(1)
      case 0x78:
        return this.#opened('full', this.#rest.subarray(1))
      case 0x79:
        return this.#opened('compact', this.#rest.subarray(1))
      case 0x70:
      case 0x6e:
        return this.#opened('error', this.#rest.subarray(1))
      case 0x71:
      case 0x74:
        return this.#opened('alarm', this.#rest.subarray(1))
      default:
        return this.#closed(
          control >= 0xa0 && control <= 0xb7 ? 'maker-protocol' : 'control-information-unknown',
        )
    }
  }

  /** In a long header the number comes before the maker. */
  #takeLongAddress(): void {
    const [number, maker, rest] = [this.#rest.slice(1, 5), this.#rest.slice(5, 7), this.#rest.slice(7, 9)]
    if (rest.length === 2) this.#owner = Uint8Array.of(...maker, ...number, ...rest)
  }

  /** Access count, status, configuration, and what the configuration says of the content. */
  #secured(accessAt: number): TelegramReading {
    const access = this.#rest[accessAt]
    const low = this.#rest[accessAt + 2]
    const high = this.#rest[accessAt + 3]
    if (access === undefined || low === undefined || high === undefined)
      return this.#closed('header-truncated')
    const mode = high & 0x1f
    const content = this.#rest.subarray(accessAt + 4)
    const encrypted = (low >> 4) * AES_BLOCK_BYTES
    if (mode === 0) return this.#opened('full', content)
    if (mode === 5) {
      const vector = Uint8Array.of(...this.#owner, ...new Uint8Array(8).fill(access))
      return this.#decrypted(content, encrypted, (key) => ({ key, vector }))
    }
    // Mode 7 has one byte of configuration more, and a key derived for each message.
    if (mode === 7)
      return this.#decrypted(content.subarray(1), encrypted, (key) => ({
        key: this.#derived(key, FROM_METER_ENCRYPTION),
        vector: new Uint8Array(AES_BLOCK_BYTES),
      }))
    return isFilled(content) ? this.#opened('full', content) : this.#closed('security-unsupported')
  }

  #decrypted(
    content: Uint8Array,
    encrypted: number,
    cipherOf: (key: Uint8Array) => { readonly key: Uint8Array; readonly vector: Uint8Array },
  ): TelegramReading {
    // A receiver that has the key hands on what it opened, with the header as it was.
    if (encrypted === 0 || isFilled(content)) return this.#opened('full', content)
    if (this.#key === undefined) return this.#closed('key-missing')
    if (encrypted > content.length) return this.#closed('header-truncated')
    const { key, vector } = cipherOf(this.#key)
    const opened = openChained(key, vector, content.subarray(0, encrypted))
    if (!isFilled(opened) || !this.#isAuthentic(this.#key)) return this.#closed('key-wrong')
    return this.#opened('full', Uint8Array.of(...opened, ...content.subarray(encrypted)))
  }

  /** The key of one message (OMS 4, annex on key derivation): AES-CMAC of purpose, counter, number and filler. */
  #derived(key: Uint8Array, purpose: number): Uint8Array {
    const counter = this.#counter ?? new Uint8Array(4)
    const filler = new Uint8Array(7).fill(DERIVATION_FILLER)
    return cipherMac(key, Uint8Array.of(purpose, ...counter, ...this.#owner.subarray(2, 6), ...filler))
  }

  #isAuthentic(key: Uint8Array): boolean {
    if (this.#check === undefined || this.#check.mac.length === 0) return true
    const { head, mac } = this.#check
    const own = cipherMac(
      this.#derived(key, FROM_METER_AUTHENTICATION),
      Uint8Array.of(...head, ...this.#rest),
    )
    return mac.every((byte, index) => byte === own[index])
  }
}

/** The payload behind its check, when the check fits. */
function checkedPayload(bytes: Uint8Array): Uint8Array | undefined {
  const payload = bytes.subarray(2)
  const sent = (bytes[0] ?? 0) + 256 * (bytes[1] ?? 0)
  return radioCrc(payload) === sent ? payload : undefined
}

/** Opened content begins with two bytes of filler: the wrong key shows there. */
function isFilled(content: Uint8Array): boolean {
  return content[0] === FILLER && content[1] === FILLER
}
