import { BlockList, isIP } from 'node:net'

/**
 * Where an address lies: `private` (this machine, or a network of the house), `public`, `never` (no address of a household's
 * system: unspecified, link-local with a cloud's metadata service, multicast, reserved), or `name`, which has to be looked up.
 */
export type Privateness = 'private' | 'public' | 'never' | 'name'

const PRIVATE = listOf([
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
])

const NEVER = listOf([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  // Addresses that carry another address inside: what is behind them is decided elsewhere (NAT64, 6to4).
  ['64:ff9b::', 96],
  ['2002::', 16],
])

/**
 * Where a host lies, as far as its text tells.
 *
 * @param host an IPv4 or IPv6 address, in brackets or not, or a name
 * @see        RFC 1918, RFC 4193, RFC 3927, RFC 6890
 */
export function privateness(host: string): Privateness {
  const address = host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
  const family = isIP(address)
  if (family === 0) return 'name'
  const mapped = family === 6 ? ipv4Of(address) : undefined
  if (mapped !== undefined) return privateness(mapped)
  const kind = family === 6 ? 'ipv6' : 'ipv4'
  if (NEVER.check(address, kind)) return 'never'
  return PRIVATE.check(address, kind) ? 'private' : 'public'
}

/** The IPv4 address that an IPv6 address stands for (`::ffff:10.0.0.1`), undefined where there is none. */
function ipv4Of(address: string): string | undefined {
  const text = URL.parse(`http://[${address}]`)?.hostname ?? ''
  const words = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(text)
  if (words === null) return undefined
  const [high, low] = [Number.parseInt(words[1] ?? '', 16), Number.parseInt(words[2] ?? '', 16)]
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
}

/** Whether a node may call an address: plain text stays in the house, and nothing goes where no household's system is. */
export function mayCall(address: string, isEncrypted: boolean): boolean {
  const where = privateness(address)
  return where === 'private' || (where === 'public' && isEncrypted)
}

function listOf(ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [from, bits] of ranges) list.addSubnet(from, bits, isIP(from) === 6 ? 'ipv6' : 'ipv4')
  return list
}
