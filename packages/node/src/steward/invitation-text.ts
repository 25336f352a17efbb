import { Fault, canonicalBytes, fromCanonicalBytes, type Canonical } from '@tri/units'
import { z } from 'zod'

/** Bytes of one length, in the shape of an invitation. */
export const bytesOf = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length)

/** An invitation as text, short enough for a QR code: what it is for, then its fields as canonical bytes. */
export function textOfInvitation(prefix: string, fields: { readonly [name: string]: Canonical }): string {
  return prefix + Buffer.from(canonicalBytes({ v: 1, ...fields })).toString('base64url')
}

/**
 * The fields of an invitation of one kind.
 *
 * @throws Fault `invitation-unusable` for any other text
 */
export function fieldsOfInvitation<T>(prefix: string, shape: z.ZodType<T>, text: string): T {
  const trimmed = text.trim()
  try {
    if (!trimmed.startsWith(prefix)) throw new Fault('invitation-unusable')
    return shape.parse(fromCanonicalBytes(Buffer.from(trimmed.slice(prefix.length), 'base64url')))
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'must') throw cause
    // The cause is dropped on purpose: a parser's message may quote the key.
    throw new Fault('invitation-unusable')
  }
}
