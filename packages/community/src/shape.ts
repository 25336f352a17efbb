import { Fault } from '@tri/units'

/** Reads a value of one form, or throws Fault `operation-malformed` with the place. Only the door uses it. */
export type Shape<T> = (value: unknown, place: string) => T

type Fields = Readonly<Record<string, Shape<unknown>>>
/** What a record of shapes reads; a field whose shape allows `undefined` may be left out. */
export type Shaped<F extends Fields> = {
  readonly [N in keyof F as undefined extends ReturnType<F[N]> ? never : N]: ReturnType<F[N]>
} & {
  readonly [N in keyof F as undefined extends ReturnType<F[N]> ? N : never]?: Exclude<
    ReturnType<F[N]>,
    undefined
  >
}

export function malformed(place: string, expected: string): Fault {
  return new Fault('operation-malformed', { place, expected })
}

export function text(most: number): Shape<string> {
  return (value, place) => {
    if (typeof value !== 'string' || value.length > most)
      throw malformed(place, `text of up to ${most} letters`)
    return value
  }
}

export function matching(pattern: RegExp, called: string): Shape<string> {
  return (value, place) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw malformed(place, called)
    return value
  }
}

export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (value, place) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
      throw malformed(place, `a whole number from ${least} to ${most}`)
    return value
  }
}

export const truth: Shape<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw malformed(place, 'true or false')
  return value
}

export function bytes(length?: number): Shape<Uint8Array> {
  return (value, place) => {
    if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
      throw malformed(place, length === undefined ? 'bytes' : `${length} bytes`)
    return value
  }
}

export function oneOf<T extends string | number>(values: readonly T[]): Shape<T> {
  return (value, place) => {
    const found = values.find((one) => one === value)
    if (found === undefined) throw malformed(place, `one of ${values.join(', ')}`)
    return found
  }
}

/** The value that the second shape reads from what the first one let pass. */
export function both<T>(first: Shape<T>, second: Shape<T>): Shape<T> {
  return (value, place) => second(first(value, place), place)
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, place) => (value === undefined ? undefined : shape(value, place))
}

export function list<T>(of: Shape<T>, most: number): Shape<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length > most) throw malformed(place, `a list of up to ${most}`)
    return value.map((entry, i) => of(entry, `${place}[${i}]`))
  }
}

export function pair<A, B>(first: Shape<A>, second: Shape<B>): Shape<readonly [A, B]> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length !== 2) throw malformed(place, 'a pair')
    return [first(value[0], `${place}[0]`), second(value[1], `${place}[1]`)]
  }
}

/** Exactly these fields and no other: a field nobody reads would be signed without being understood. */
export function record<F extends Fields>(fields: F): Shape<Shaped<F>> {
  const shapes = Object.entries(fields)
  return (value, place) => {
    if (!isObject(value)) throw malformed(place, 'named fields')
    const stray = Object.keys(value).find((name) => !Object.hasOwn(fields, name))
    if (stray !== undefined) throw malformed(`${place}.${stray.slice(0, 64)}`, 'no such field')
    const read: Record<string, unknown> = {}
    for (const [name, shape] of shapes) {
      const field = shape(value[name], `${place}.${name}`)
      if (field !== undefined) read[name] = field
    }
    return read as Shaped<F>
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
}
