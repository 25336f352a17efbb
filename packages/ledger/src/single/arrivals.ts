/** What came to the door, in the order in which it came, though some of it takes longer to be looked at. */
export interface Arrivals<T> {
  /** Takes something in; `ready` is called with it once `looked` has ended and everything before it was called. */
  take(one: T, looked: Promise<void>): void
}

export function arrivals<T>(ready: (one: T) => void): Arrivals<T> {
  const line: { readonly one: T; isReady: boolean }[] = []
  const callIn = (): void => {
    while (line[0]?.isReady === true) {
      const next = line.shift()
      if (next !== undefined) ready(next.one)
    }
  }
  return {
    take(one, looked) {
      const place = { one, isReady: false }
      line.push(place)
      const come = (): void => {
        place.isReady = true
        callIn()
      }
      looked.then(come, come)
    },
  }
}
