import { hex } from '@tri/units/crypto'

import { connectToDoor, type Caller, type DoorLink, type PinnedDoor } from './door-link.ts'

/** Open connections by door, so that one question more does not cost a handshake more. */
export interface DoorLinks extends Disposable {
  /** The connection to a door, made anew when the last one ended. @throws Fault as `connectToDoor` */
  to(door: PinnedDoor, signal: AbortSignal): Promise<DoorLink>
}

/** Keeps one connection a door. */
export function doorLinks(caller: () => Caller, waitMs?: number): DoorLinks {
  const links = new Map<string, DoorLink>()
  return {
    async to(door, signal) {
      const key = `${hex(door.tls)} ${door.host} ${door.port}`
      const open = links.get(key)
      if (open !== undefined && !open.gone.aborted) return open
      const link = await connectToDoor(caller(), door, {
        signal,
        ...(waitMs === undefined ? {} : { waitMs }),
      })
      links.set(key, link)
      return link
    },
    [Symbol.dispose]: () => {
      for (const link of links.values()) link[Symbol.dispose]()
      links.clear()
    },
  }
}
