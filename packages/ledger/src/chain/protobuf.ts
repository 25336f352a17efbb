import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/**
 * Writes one message as the chain hashes it: fields in the order of their numbers, what is zero or empty left out unless
 * the schema always writes it.
 */
export class MessageWriter {
  readonly #writer = new BinaryWriter()

  /** An int64, uint64, int32, uint32 or enum. */
  varint(field: number, value: number): this {
    if (value !== 0) this.#writer.tag(field, WireType.Varint).int64(value)
    return this
  }

  fixed64(field: number, value: number): this {
    if (value !== 0) this.#writer.tag(field, WireType.Bit64).sfixed64(value)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    if (value.length > 0) this.#writer.tag(field, WireType.LengthDelimited).bytes(value)
    return this
  }

  text(field: number, value: string): this {
    if (value !== '') this.#writer.tag(field, WireType.LengthDelimited).string(value)
    return this
  }

  /** A message inside this one: written even when it is empty. */
  message(field: number, value: Uint8Array): this {
    this.#writer.tag(field, WireType.LengthDelimited).bytes(value)
    return this
  }

  finish(): Uint8Array {
    return this.#writer.finish()
  }
}

/** A message with its length before it. */
export function delimited(message: Uint8Array): Uint8Array {
  return new BinaryWriter().bytes(message).finish()
}
