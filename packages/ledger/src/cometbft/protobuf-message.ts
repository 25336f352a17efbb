import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

import { Fault } from '@tri/units'

/** Elements of lists in one message, all lists together: a full block of the smallest operations has half as many. */
export const LIST_ELEMENTS_MAX = 262_144

/** What reading one message may still use up. */
interface Budget {
  elements: number
}

/** One field of a message: its number on the wire, and how its value is read and written. */
export interface Field<T> {
  readonly number: number
  readonly empty: T
  /** Gives the value with what stands here added: a list grows, anything else is replaced. */
  read(reader: BinaryReader, wire: WireType, before: T, budget: Budget): T
  write(writer: BinaryWriter, value: T): void
}

/** What a message is on the wire, and the type of its value. */
export interface Message<T> {
  read(reader: BinaryReader, length: number, budget: Budget): T
  write(writer: BinaryWriter, value: T): void
}

/** The value that a message, or a field, stands for. */
export type ValueOf<M> = M extends Message<infer T> ? T : M extends Field<infer T> ? T : never

type Values<F> = { readonly [K in keyof F]: ValueOf<F[K]> }

/**
 * A message by its table of fields. Fields on the wire that the table does not have are skipped: a newer engine says more.
 */
export function message<F extends Readonly<Record<string, Field<unknown>>>>(fields: F): Message<Values<F>> {
  const named = Object.entries<Field<unknown>>(fields)
  const byNumber = new Map(named.map(([name, field]) => [field.number, { name, field }]))
  const empty = Object.fromEntries(named.map(([name, field]) => [name, field.empty]))
  return {
    read(reader, length, budget) {
      const value: Record<string, unknown> = { ...empty }
      eachField(reader, length, (number, wire) => {
        const known = byNumber.get(number)
        if (known === undefined) return skipped(reader, wire, number)
        value[known.name] = known.field.read(reader, wire, value[known.name], budget)
      })
      return value as Values<F>
    },
    write(writer, value) {
      for (const [name, field] of named) field.write(writer, Reflect.get(value, name))
    },
  }
}

/** A message that is exactly one of several: `is` says which. */
export type OneOf<C> = {
  readonly [K in keyof C & string]: C[K] extends readonly [number, Message<infer T>]
    ? { readonly is: K; readonly value: T }
    : never
}[keyof C & string]

/** A message holding one of several others, each with its number. None, or one that is unknown, is malformed. */
export function oneOf<const C extends Readonly<Record<string, readonly [number, Message<unknown>]>>>(
  choices: C,
): Message<OneOf<C>> {
  const named = Object.entries<readonly [number, Message<unknown>]>(choices)
  const byNumber = new Map(named.map(([is, [number, inner]]) => [number, { is, inner }]))
  const byName = new Map(named.map(([is, [number, inner]]) => [is, { number, inner }]))
  return {
    read(reader, length, budget) {
      let found: { readonly is: string; readonly value: unknown } | undefined
      eachField(reader, length, (number, wire) => {
        const known = byNumber.get(number)
        if (known === undefined) return skipped(reader, wire, number)
        found = { is: known.is, value: nestedIn(reader, wire, known.inner, budget) }
      })
      if (found === undefined) throw malformed('none of the known messages')
      return found as OneOf<C>
    },
    write(writer, { is, value }) {
      const chosen = byName.get(is)
      if (chosen !== undefined) writeNested(writer, chosen.number, chosen.inner, value)
    },
  }
}

export const bytes = (number: number): Field<Uint8Array> => ({
  number,
  empty: new Uint8Array(0),
  // A copy: the frame it stands in is reused, and a view would keep all of it alive.
  read: (reader, wire) => expecting(wire, WireType.LengthDelimited) && reader.bytes().slice(),
  write: (writer, value) =>
    void (value.length > 0 && writer.tag(number, WireType.LengthDelimited).bytes(value)),
})

export const text = (number: number): Field<string> => ({
  number,
  empty: '',
  read: (reader, wire) => expecting(wire, WireType.LengthDelimited) && reader.string(true),
  write: (writer, value) => void (value !== '' && writer.tag(number, WireType.LengthDelimited).string(value)),
})

const varint = (
  number: number,
  read: (reader: BinaryReader) => number,
  write: (writer: BinaryWriter, value: number) => unknown,
): Field<number> => ({
  number,
  empty: 0,
  read: (reader, wire) => (expecting(wire, WireType.Varint) ? read(reader) : 0),
  write: (writer, value) => void (value !== 0 && write(writer.tag(number, WireType.Varint), value)),
})

export const uint32 = (number: number): Field<number> =>
  varint(
    number,
    (reader) => reader.uint32(),
    (writer, value) => writer.uint32(value),
  )

export const int32 = (number: number): Field<number> =>
  varint(
    number,
    (reader) => reader.int32(),
    (writer, value) => writer.int32(value),
  )

/** A 64-bit number that must be a safe integer: heights, bytes and powers are. */
export const int64 = (number: number): Field<number> =>
  varint(
    number,
    (reader) => safe(reader.int64()),
    (writer, value) => writer.int64(value),
  )

export const uint64 = (number: number): Field<number> =>
  varint(
    number,
    (reader) => safe(reader.uint64()),
    (writer, value) => writer.uint64(value),
  )

/** A message inside a message; absent when it was not sent. */
export const nested = <T>(number: number, inner: Message<T>): Field<T | undefined> => ({
  number,
  empty: undefined,
  read: (reader, wire, _before, budget) => nestedIn(reader, wire, inner, budget),
  write: (writer, value) => void (value !== undefined && writeNested(writer, number, inner, value)),
})

export const manyNested = <T>(number: number, inner: Message<T>): Field<readonly T[]> => ({
  number,
  empty: [],
  read: (reader, wire, before, budget) => longer(before, nestedIn(reader, wire, inner, budget), budget),
  write: (writer, value) => value.forEach((one) => writeNested(writer, number, inner, one)),
})

export const manyBytes = (number: number): Field<readonly Uint8Array[]> => ({
  number,
  empty: [],
  read(reader, wire, before, budget) {
    expecting(wire, WireType.LengthDelimited)
    return longer(before, reader.bytes().slice(), budget)
  },
  write: (writer, value) =>
    value.forEach((one) => void writer.tag(number, WireType.LengthDelimited).bytes(one)),
})

export const manyTexts = (number: number): Field<readonly string[]> => ({
  number,
  empty: [],
  read(reader, wire, before, budget) {
    expecting(wire, WireType.LengthDelimited)
    return longer(before, reader.string(true), budget)
  },
  write: (writer, value) =>
    value.forEach((one) => void writer.tag(number, WireType.LengthDelimited).string(one)),
})

/** The bytes of a value, without a length before them. */
export function encoded<T>(of: Message<T>, value: T): Uint8Array {
  const writer = new BinaryWriter()
  of.write(writer, value)
  return writer.finish()
}

/**
 * The value that bytes hold.
 *
 * @throws Fault `abci-frame-malformed` when they are not such a message, or list more than LIST_ELEMENTS_MAX things
 */
export function decoded<T>(of: Message<T>, from: Uint8Array): T {
  const reader = new BinaryReader(from)
  try {
    return of.read(reader, from.length, { elements: LIST_ELEMENTS_MAX })
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw malformed(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

export function malformed(reason: string, cause?: unknown): Fault {
  return new Fault('abci-frame-malformed', { reason }, { cause })
}

function eachField(
  reader: BinaryReader,
  length: number,
  take: (number: number, wire: WireType) => void,
): void {
  const end = reader.pos + length
  if (end > reader.len) throw malformed('a length beyond the end')
  while (reader.pos < end) {
    const [number, wire] = reader.tag()
    take(number, wire)
  }
  if (reader.pos !== end) throw malformed('a field beyond the end of its message')
}

function nestedIn<T>(reader: BinaryReader, wire: WireType, inner: Message<T>, budget: Budget): T {
  expecting(wire, WireType.LengthDelimited)
  return inner.read(reader, reader.uint32(), budget)
}

function writeNested<T>(writer: BinaryWriter, number: number, inner: Message<T>, value: T): void {
  writer.tag(number, WireType.LengthDelimited).fork()
  inner.write(writer, value)
  writer.join()
}

// Lists are made by this module alone, and nobody has one before its message is read whole.
function longer<T>(before: readonly T[], one: T, budget: Budget): readonly T[] {
  if (--budget.elements < 0) throw malformed(`more than ${LIST_ELEMENTS_MAX} elements`)
  if (before.length === 0) return [one]
  ;(before as T[]).push(one)
  return before
}

function skipped(reader: BinaryReader, wire: WireType, number: number): void {
  if (wire === WireType.StartGroup || wire === WireType.EndGroup)
    throw malformed('a group, which proto3 has not')
  reader.skip(wire, number)
}

function expecting(wire: WireType, expected: WireType): true {
  if (wire !== expected) throw malformed(`wire type ${wire} where ${expected} belongs`)
  return true
}

function safe(value: bigint | string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw malformed('a number beyond 2^53')
  return number
}
