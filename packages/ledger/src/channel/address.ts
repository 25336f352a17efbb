import { isIPv6 } from 'node:net'

/** Where a door is: a host (an IPv6 address, with its zone where it is link-local, or a name) and a port. */
export interface DoorAddress {
  readonly host: string
  readonly port: number
}

const PORT_MAX = 65_535
const HOST = /^[A-Za-z0-9.-]{1,120}$/

/** Reads `[fe80::1%eth0]:4610`, `[::1]:4610`, `house.local:4610`; undefined for anything else. */
export function addressFrom(text: string): DoorAddress | undefined {
  const parts = /^(?:\[([^\]]{1,120})\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  if (parts === null) return undefined
  const [, bracketed, plain, digits] = parts
  const port = Number(digits)
  const host = bracketed ?? plain ?? ''
  const isHost = bracketed === undefined ? HOST.test(host) : isIPv6(host)
  return isHost && port > 0 && port <= PORT_MAX ? { host, port } : undefined
}

/** An address as people write it. */
export function addressText({ host, port }: DoorAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
