import { Fault, fromOwnBytes, type Canonical } from '@tri/units'

const text = new TextEncoder()

/** A text's bytes. */
export function utf8(of: string): Uint8Array {
  return text.encode(of)
}

/** The fields that bytes hold by name; none where they hold no such thing. */
export function fieldsIn(bytes: Uint8Array): Readonly<Record<string, Canonical | undefined>> {
  try {
    const value = fromOwnBytes(bytes)
    return hasFields(value) ? value : {}
  } catch (fault) {
    if (fault instanceof Fault) return {}
    throw fault
  }
}

function hasFields(value: Canonical): value is { readonly [name: string]: Canonical | undefined } {
  return (
    value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
}

/** Whether two runs of bytes are the same; as quick as the machine compares memory. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

/** Writes a key, which is ASCII, at a place of some bytes. @returns the place after it */
export function putKey(bytes: Uint8Array, key: string, at: number): number {
  for (let i = 0; i < key.length; i++) bytes[at + i] = key.charCodeAt(i)
  return at + key.length
}
