import { Fault } from '@tri/units'

import { mayCall, privateness } from './address-rule.ts'
import type { Lookup } from './outwards-ports.ts'

/**
 * An address that may be called for a URL. A name is looked up now, and all of its addresses must be allowed: what was right when
 * the settings were written may point elsewhere by now.
 *
 * @throws Fault `outwards-address-refused`, which names the host and never the whole URL: a path may hold a secret
 */
export async function checkedAddress(url: string, lookup: Lookup): Promise<string> {
  const { hostname, protocol } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const isEncrypted = protocol === 'https:' || protocol === 'mqtts:'
  const addresses = privateness(host) === 'name' ? await lookup(host) : [host]
  const [first] = addresses
  if (first === undefined || !addresses.every((address) => mayCall(address, isEncrypted)))
    throw new Fault('outwards-address-refused', { host })
  return first
}
