/** A number of DLMS, by the name of its type. Those of 64 bits are bigint where a number could not hold them. */
export interface AxdrNumber {
  readonly is: 'number'
  readonly type:
    | 'double-long'
    | 'double-long-unsigned'
    | 'bcd'
    | 'integer'
    | 'long'
    | 'unsigned'
    | 'long-unsigned'
    | 'long64'
    | 'long64-unsigned'
    | 'enum'
    | 'float32'
    | 'float64'
  readonly value: number | bigint
}

/** Bytes of DLMS: an octet string, a bit string (its length is in bits), or a date, a time or both. */
export interface AxdrBytes {
  readonly is: 'bytes'
  readonly type: 'octet-string' | 'bit-string' | 'date-time' | 'date' | 'time'
  readonly value: Uint8Array
  readonly bits?: number
}

/** A text of DLMS. */
export interface AxdrText {
  readonly is: 'text'
  readonly type: 'visible-string' | 'utf8-string'
  readonly value: string
}

/** An array, whose elements are alike, or a structure, whose elements are not. A compact array reads as an array. */
export interface AxdrList {
  readonly is: 'list'
  readonly type: 'array' | 'structure'
  readonly elements: readonly Axdr[]
}

/** One value as DLMS encodes it. `null` also stands for what the sender marks as not to be cared for. */
export type Axdr =
  | AxdrNumber
  | AxdrBytes
  | AxdrText
  | AxdrList
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: 'null' }

/**
 * What bytes hold as one value. `short` is a value that ends later than the bytes; where its outermost list lost
 * elements at its end, `begun` has those that are whole and `missing` says how many were announced beyond them.
 */
export type AxdrReading =
  | { readonly is: 'whole'; readonly value: Axdr; readonly until: number }
  | { readonly is: 'short'; readonly begun?: AxdrList; readonly missing: number }
  | { readonly is: 'malformed' }

/** Lists within lists: push lists of meters have four. */
const DEPTH_MAX = 16
/** Values of one APDU: many times the longest push list. */
const VALUES_MAX = 4_096
const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
const NOTHING = { is: 'null' } as const
const TEXT = new TextDecoder('latin1')
const UTF8 = new TextDecoder()

const ARRAY = 1
const STRUCTURE = 2
const COMPACT_ARRAY = 19

/**
 * Reads the value that begins at `from`.
 *
 * @see IEC 62056-5-3 (data types, A-XDR of IEC 61334-6) and DLMS UA Blue Book, "Common data types"
 */
export function axdrFrom(bytes: Uint8Array, from: number): AxdrReading {
  const reader = new AxdrReader(bytes, from)
  const value = reader.value(0)
  if (value !== undefined) return { is: 'whole', value, until: reader.at }
  if (reader.isMalformed) return { is: 'malformed' }
  const { begun, missing } = reader
  return begun === undefined ? { is: 'short', missing } : { is: 'short', begun, missing }
}

class AxdrReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #values = 0
  at: number
  isMalformed = false
  begun: AxdrList | undefined
  missing = 0

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = from
  }

  /** The next value, tag first; undefined when it is not there or is none. */
  value(depth: number): Axdr | undefined {
    const tag = this.#byte()
    if (tag === undefined) return undefined
    if (tag === ARRAY || tag === STRUCTURE) return this.#list(tag === ARRAY ? 'array' : 'structure', depth)
    if (tag === COMPACT_ARRAY) return this.#compactArray(depth)
    return this.#simple(tag)
  }

  #list(type: AxdrList['type'], depth: number): AxdrList | undefined {
    const announced = this.#length()
    if (announced === undefined) return undefined
    if (depth >= DEPTH_MAX || announced > VALUES_MAX) return this.#malformed()
    const elements: Axdr[] = []
    while (elements.length < announced) {
      const element = this.value(depth + 1)
      if (element === undefined) {
        if (depth === 0) {
          this.begun = { is: 'list', type, elements }
          this.missing = announced - elements.length
        }
        return undefined
      }
      elements.push(element)
    }
    return { is: 'list', type, elements }
  }

  /** A value of a type that was told before, without the tag: lists carry no lengths either inside a compact array. */
  #described(description: Description): Axdr | undefined {
    if (description.is === 'simple') return this.#simple(description.tag)
    const elements: Axdr[] = []
    for (const part of description.parts) {
      const element = this.#described(part)
      if (element === undefined) return undefined
      elements.push(element)
    }
    return { is: 'list', type: description.type, elements }
  }

  #compactArray(depth: number): AxdrList | undefined {
    const description = this.#description(depth)
    const length = description === undefined ? undefined : this.#length()
    if (description === undefined || length === undefined) return undefined
    const until = this.at + length
    if (until > this.#bytes.length) return undefined
    const elements: Axdr[] = []
    while (this.at < until && !this.isMalformed) {
      const before = this.at
      const element = this.#described(description)
      if (element === undefined || this.at === before) return this.#malformed()
      elements.push(element)
    }
    return this.at === until ? { is: 'list', type: 'array', elements } : this.#malformed()
  }

  #description(depth: number): Description | undefined {
    const tag = this.#byte()
    if (tag === undefined) return undefined
    if (tag !== ARRAY && tag !== STRUCTURE) return { is: 'simple', tag }
    const parts: Description[] = []
    const announced = tag === ARRAY ? this.#unsigned(2) : this.#length()
    if (announced === undefined) return undefined
    if (depth >= DEPTH_MAX || announced === 0 || announced > VALUES_MAX) return this.#malformed()
    const first = this.#description(depth + 1)
    if (first === undefined) return undefined
    parts.push(first)
    while (parts.length < announced) {
      const part = tag === ARRAY ? first : this.#description(depth + 1)
      if (part === undefined) return undefined
      if (++this.#values > VALUES_MAX) return this.#malformed()
      parts.push(part)
    }
    return { is: 'list', type: tag === ARRAY ? 'array' : 'structure', parts }
  }

  #simple(tag: number): Axdr | undefined {
    if (++this.#values > VALUES_MAX) return this.#malformed()
    const number = NUMBERS.get(tag)
    if (number !== undefined) return this.#number(number)
    const fixed = FIXED.get(tag)
    if (fixed !== undefined) return this.#octets(fixed.type, fixed.bytes)
    switch (tag) {
      case 0:
      case 255:
        return NOTHING
      case 3: {
        const truth = this.#byte()
        return truth === undefined ? undefined : { is: 'boolean', value: truth !== 0 }
      }
      case 4: {
        const bits = this.#length()
        const octets = bits === undefined ? undefined : this.#octets('bit-string', Math.ceil(bits / 8))
        return octets === undefined || bits === undefined ? undefined : { ...octets, bits }
      }
      case 9:
        return this.#octets('octet-string', this.#length())
      case 10:
        return this.#text('visible-string', TEXT)
      case 12:
        return this.#text('utf8-string', UTF8)
      default:
        return this.#malformed()
    }
  }

  #number({ type, bytes, read }: NumberType): AxdrNumber | undefined {
    if (this.at + bytes > this.#bytes.length) return undefined
    const value = read(this.#view, this.at)
    this.at += bytes
    return { is: 'number', type, value: typeof value === 'bigint' ? narrowed(value) : value }
  }

  #octets(type: AxdrBytes['type'], length: number | undefined): AxdrBytes | undefined {
    if (length === undefined || this.at + length > this.#bytes.length) return undefined
    const value = this.#bytes.slice(this.at, this.at + length)
    this.at += length
    return { is: 'bytes', type, value }
  }

  #text(type: AxdrText['type'], decoder: TextDecoder): AxdrText | undefined {
    const octets = this.#octets('octet-string', this.#length())
    return octets === undefined ? undefined : { is: 'text', type, value: decoder.decode(octets.value) }
  }

  /** A length: one byte up to 127, otherwise 0x81, 0x82 or 0x84 and that many bytes. */
  #length(): number | undefined {
    const first = this.#byte()
    if (first === undefined || first < 0x80) return first
    const bytes = first & 0x7f
    return bytes === 0 || bytes > 4 ? this.#malformed() : this.#unsigned(bytes)
  }

  #unsigned(bytes: number): number | undefined {
    let value = 0
    for (let read = 0; read < bytes; read++) {
      const byte = this.#byte()
      if (byte === undefined) return undefined
      value = value * 256 + byte
    }
    return value
  }

  #byte(): number | undefined {
    const byte = this.#bytes[this.at]
    if (byte !== undefined) this.at++
    return byte
  }

  #malformed(): undefined {
    this.isMalformed = true
    return undefined
  }
}

/** The type of a compact array's elements, which is sent once before them. */
type Description =
  | { readonly is: 'simple'; readonly tag: number }
  | { readonly is: 'list'; readonly type: AxdrList['type']; readonly parts: readonly Description[] }

interface NumberType {
  readonly type: AxdrNumber['type']
  readonly bytes: number
  readonly read: (view: DataView, at: number) => number | bigint
}

interface FixedType {
  readonly type: AxdrBytes['type']
  readonly bytes: number
}

const INT8 = (view: DataView, at: number) => view.getInt8(at)
const INT16 = (view: DataView, at: number) => view.getInt16(at)
const INT32 = (view: DataView, at: number) => view.getInt32(at)
const UINT8 = (view: DataView, at: number) => view.getUint8(at)
const UINT16 = (view: DataView, at: number) => view.getUint16(at)
const UINT32 = (view: DataView, at: number) => view.getUint32(at)

// The delta types (28 to 33) are numbers like the others: what they are a difference from is told by the one who asks.
const NUMBERS: ReadonlyMap<number, NumberType> = new Map<number, NumberType>([
  [5, { type: 'double-long', bytes: 4, read: INT32 }],
  [6, { type: 'double-long-unsigned', bytes: 4, read: UINT32 }],
  [7, { type: 'float32', bytes: 4, read: (view, at) => view.getFloat32(at) }],
  [13, { type: 'bcd', bytes: 1, read: UINT8 }],
  [15, { type: 'integer', bytes: 1, read: INT8 }],
  [16, { type: 'long', bytes: 2, read: INT16 }],
  [17, { type: 'unsigned', bytes: 1, read: UINT8 }],
  [18, { type: 'long-unsigned', bytes: 2, read: UINT16 }],
  [20, { type: 'long64', bytes: 8, read: (view, at) => view.getBigInt64(at) }],
  [21, { type: 'long64-unsigned', bytes: 8, read: (view, at) => view.getBigUint64(at) }],
  [22, { type: 'enum', bytes: 1, read: UINT8 }],
  [23, { type: 'float32', bytes: 4, read: (view, at) => view.getFloat32(at) }],
  [24, { type: 'float64', bytes: 8, read: (view, at) => view.getFloat64(at) }],
  [28, { type: 'integer', bytes: 1, read: INT8 }],
  [29, { type: 'long', bytes: 2, read: INT16 }],
  [30, { type: 'double-long', bytes: 4, read: INT32 }],
  [31, { type: 'unsigned', bytes: 1, read: UINT8 }],
  [32, { type: 'long-unsigned', bytes: 2, read: UINT16 }],
  [33, { type: 'double-long-unsigned', bytes: 4, read: UINT32 }],
])

const FIXED: ReadonlyMap<number, FixedType> = new Map<number, FixedType>([
  [25, { type: 'date-time', bytes: 12 }],
  [26, { type: 'date', bytes: 5 }],
  [27, { type: 'time', bytes: 4 }],
])

function narrowed(value: bigint): number | bigint {
  return value <= SAFE && value >= -SAFE ? Number(value) : value
}
