import { networkInterfaces } from 'node:os'

/** An interface with a link-local IPv6 address. */
export interface LinkInterface {
  readonly name: string
  /** The system's number: another one under the same name is another interface. */
  readonly index: number
}

/** The interfaces on which a link-local group can be joined now: multicast membership is one an interface. */
export function linkInterfaces(): LinkInterface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) => {
    const local = addresses.find(({ family, address }) => family === 'IPv6' && address.startsWith('fe80:'))
    return local?.scopeid === undefined ? [] : [{ name, index: local.scopeid }]
  })
}

/**
 * Keeps something open on every interface there is: joins those that come, leaves those that go, and joins again one that
 * comes back.
 */
export function onEachInterface(
  interfacesNow: () => readonly LinkInterface[],
  join: (on: LinkInterface) => Disposable,
): { readonly look: () => void } & Disposable {
  const joined = new Map<string, Disposable>()
  const look = (): void => {
    const now = new Map(interfacesNow().map((one) => [keyOf(one), one]))
    for (const [key, membership] of joined) {
      if (now.has(key)) continue
      membership[Symbol.dispose]()
      joined.delete(key)
    }
    for (const [key, one] of now) if (!joined.has(key)) joined.set(key, join(one))
  }
  return {
    look,
    [Symbol.dispose]: () => {
      for (const membership of joined.values()) membership[Symbol.dispose]()
      joined.clear()
    },
  }
}

function keyOf({ name, index }: LinkInterface): string {
  return `${index} ${name}`
}
