import { request as requestPlain } from 'node:http'
import { request as requestEncrypted } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'

import { checkedAddress } from './checked-address.ts'
import type { Lookup } from './outwards-ports.ts'

/** What is posted. */
export interface WebhookPost {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Posts a body and gives the status of the answer; what the answer says is not read. Redirections are not followed, no proxy is
 * used, and the connection goes to the address that was checked, whatever the name says a moment later.
 *
 * @throws Fault `outwards-address-refused`; the socket's own error
 */
export async function postWebhook(
  { url, body, headers }: WebhookPost,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<number> {
  const address = await checkedAddress(url, lookup)
  signal.throwIfAborted()
  const family = isIP(address)
  const pinned: LookupFunction = (_host, { all }, done) => {
    if (all === true) done(null, [{ address, family }])
    else done(null, address, family)
  }
  const bytes = new TextEncoder().encode(body)
  const send = url.startsWith('https:') ? requestEncrypted : requestPlain
  return await new Promise<number>((resolve, reject) => {
    const asking = send(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: pinned,
        signal,
        headers: { ...headers, 'content-length': bytes.length },
      },
      (answer) => {
        resolve(answer.statusCode ?? 0)
        answer.destroy()
      },
    )
    asking.on('error', reject)
    asking.end(bytes)
  })
}
