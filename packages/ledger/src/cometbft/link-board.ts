import { connect, createServer, type Server, type Socket } from 'node:net'

import { must } from '@tri/units'

/** A link from one steward to another. */
export interface Link {
  readonly from: number
  readonly to: number
  /** host:port of the one that is dialled, IPv6 in brackets. */
  readonly address: string
}

/** Links between stewards on one machine that can be silenced, as a cut cable would: nobody is told. */
export interface LinkBoard extends AsyncDisposable {
  /** The address to dial instead. */
  link(link: Link): Promise<string>
  /** Only links inside a group carry anything; one in no group hears nobody. */
  part(groups: readonly (readonly number[])[]): void
  heal(): void
}

interface Patch {
  readonly from: number
  readonly to: number
  readonly near: Socket
  readonly far: Socket
}

/** Links on the loopback, each through a socket of this process. */
export function linkBoard(): LinkBoard {
  const servers = new Map<string, { readonly server: Server; readonly address: string }>()
  const patches = new Set<Patch>()
  let groups: readonly (readonly number[])[] | undefined
  const isOpen = (from: number, to: number): boolean =>
    groups === undefined || groups.some((group) => group.includes(from) && group.includes(to))
  const tune = (patch: Patch): void => {
    for (const socket of [patch.near, patch.far])
      if (isOpen(patch.from, patch.to)) socket.resume()
      else socket.pause()
  }
  const tuneAll = (): void => {
    for (const patch of patches) tune(patch)
  }
  const patchIn = ({ from, to, address }: Link, near: Socket): void => {
    const patch: Patch = { from, to, near, far: connect(placeOf(address)) }
    patches.add(patch)
    join(patch.near, patch.far, () => tune(patch))
    join(patch.far, patch.near, () => tune(patch))
    near.once('close', () => patches.delete(patch))
    tune(patch)
  }
  return {
    async link(link) {
      const name = `${link.from}>${link.to}`
      const known = servers.get(name)
      if (known !== undefined) return known.address
      const server = createServer({ pauseOnConnect: true }, (near) => patchIn(link, near))
      const port = await listening(server)
      const address = `[::1]:${port}`
      servers.set(name, { server, address })
      return address
    },
    part(next) {
      groups = next
      tuneAll()
    },
    heal() {
      groups = undefined
      tuneAll()
    },
    async [Symbol.asyncDispose]() {
      for (const { near, far } of patches) {
        near.destroy()
        far.destroy()
      }
      await Promise.all(
        [...servers.values()].map(
          ({ server }) => new Promise<void>((resolve) => void server.close(() => resolve())),
        ),
      )
    },
  }
}

/** Carries what one socket says to the other, no faster than the other takes it. */
function join(one: Socket, other: Socket, goOn: () => void): void {
  one.on('data', (chunk: Uint8Array) => {
    if (!other.write(chunk)) {
      one.pause()
      other.once('drain', goOn)
    }
  })
  one.on('error', () => one.destroy())
  one.once('close', () => other.destroy())
}

function placeOf(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replaceAll(/[[\]]/g, ''), port: Number(address.slice(colon + 1)) }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '::1', resolve)
  })
  const address = server.address()
  must(address !== null && typeof address === 'object', 'a listening server has a port')
  return address.port
}
