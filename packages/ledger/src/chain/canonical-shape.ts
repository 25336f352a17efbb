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

export function optionally<T>(of: Part<T>): Part<T | undefined> {
  return (value, place) => (value === undefined ? undefined : of(value, place))
}

export function matching(pattern: RegExp, called: string): Part<string> {
  return (value, place) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw unreadable(place, called)
    return value
  }
}

type Named = Readonly<Record<string, Part<unknown>>>
type ReadNamed<N extends Named> = { readonly [K in keyof N]: ReturnType<N[K]> }

/** Exactly these fields: one that nobody reads would be believed without being understood. */
export function fields<N extends Named>(named: N): Part<ReadNamed<N>> {
  return (value, place) => {
    const given = entriesOf(value, place)
    const stray = [...given.keys()].find((name) => !Object.hasOwn(named, name))
    if (stray !== undefined) throw unreadable(`${place}.${stray.slice(0, 64)}`, 'nothing of that name')
    return readNamed(named, given, place)
  }
}

/** At least these fields: a record of the book may have learnt further ones since. */
export function fieldsAmong<N extends Named>(named: N): Part<ReadNamed<N>> {
  return (value, place) => readNamed(named, entriesOf(value, place), place)
}

function readNamed<N extends Named>(
  named: N,
  given: ReadonlyMap<string, Canonical | undefined>,
  place: string,
): ReadNamed<N> {
  const read = Object.entries(named).map(([name, part]) => [name, part(given.get(name), `${place}.${name}`)])
  return Object.fromEntries(read) as ReadNamed<N>
}

function entriesOf(value: Canonical | undefined, place: string): ReadonlyMap<string, Canonical | undefined> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw unreadable(place, 'named fields')
  return new Map(Object.entries(value))
}

/** A list with one value for each name, in this order. */
export function row<P extends Parts>(names: readonly string[], ...parts: P): Part<Read<P>> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length !== parts.length)
      throw unreadable(place, `a list of ${parts.length}`)
    return parts.map((part, i) => part(value[i], `${place}.${names[i] ?? i}`)) as unknown as Read<P>
  }
}
