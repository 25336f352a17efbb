import { Fault, type Canonical } from '@tri/units'

/** Reads one value of a certificate or a proof, or throws Fault `proof-malformed` with the place. */
export type Part<T> = (value: Canonical | undefined, place: string) => T

type Parts = readonly Part<unknown>[]
type Read<P extends Parts> = { readonly [I in keyof P]: ReturnType<P[I]> }

export function unreadable(place: string, expected: string): Fault {
  return new Fault('proof-malformed', { place, expected })
}

export function wholeFrom(least: number, most: number = Number.MAX_SAFE_INTEGER): Part<number> {
  return (value, place) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
      throw unreadable(place, `a whole number from ${least} to ${most}`)
    return value
  }
}

export function textUpTo(most: number): Part<string> {
  return (value, place) => {
    if (typeof value !== 'string' || value.length > most)
      throw unreadable(place, `text of up to ${most} letters`)
    return value
  }
}

export function exactly<T extends string>(word: T): Part<T> {
  return (value, place) => {
    if (value !== word) throw unreadable(place, word)
    return word
  }
}

export function bytesOf(length: number): Part<Uint8Array> {
  return (value, place) => {
    if (!(value instanceof Uint8Array) || value.length !== length) throw unreadable(place, `${length} bytes`)
    return value
  }
}

export function bytesUpTo(most: number): Part<Uint8Array> {
  return (value, place) => {
    if (!(value instanceof Uint8Array) || value.length > most) throw unreadable(place, `up to ${most} bytes`)
    return value
  }
}

export function truth(value: Canonical | undefined, place: string): boolean {
  if (typeof value !== 'boolean') throw unreadable(place, 'true or false')
  return value
}

export function orNothing<T>(of: Part<T>): Part<T | undefined> {
  return (value, place) => (value === null ? undefined : of(value, place))
}

export function listOf<T>(of: Part<T>, most: number): Part<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length > most) throw unreadable(place, `a list of up to ${most}`)
    return value.map((entry: Canonical, i) => of(entry, `${place}[${i}]`))
  }
}

/** A list with one value for each name, in this order. */
export function row<P extends Parts>(names: readonly string[], ...parts: P): Part<Read<P>> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length !== parts.length)
      throw unreadable(place, `a list of ${parts.length}`)
    return parts.map((part, i) => part(value[i], `${place}.${names[i] ?? i}`)) as unknown as Read<P>
  }
}
