import { createPublicKey, sign } from 'node:crypto'

import type { KeyPair } from '@tri/units/crypto'

/** A certificate that says no more than its key: nobody vouches for it, the other side compares the key itself. */
export interface DoorCertificate {
  /** PEM. */
  readonly certificate: string
  /** PEM of the private key, PKCS 8. It stays in this process. */
  readonly privateKey: string
}

const [INTEGER, BIT_STRING, UTF8_STRING, GENERALIZED_TIME] = [0x02, 0x03, 0x0c, 0x18] as const
const [SEQUENCE, SET, VERSION] = [0x30, 0x31, 0xa0] as const
const SHORT_LENGTH_MAX = 0x7f
const BASE64_LINE = /.{1,64}/g

/** OID 1.3.101.112: Ed25519, for the key and for the signature (RFC 8410). */
const ED25519 = Buffer.from('300506032b6570', 'hex')
/** OID 2.5.4.3: common name. */
const COMMON_NAME = Buffer.from('0603550403', 'hex')
/** Time plays no part: a key is pinned until another takes its place. The end is the one of RFC 5280, 4.1.2.5. */
const VALIDITY = [Buffer.from('20000101000000Z'), Buffer.from('99991231235959Z')] as const

/**
 * The self-signed X.509 certificate of a key, which TLS asks for. The same key gives the same bytes.
 *
 * @see RFC 5280 section 4.1, RFC 8410
 */
export function doorCertificate(key: KeyPair): DoorCertificate {
  const name = element(SEQUENCE, element(SET, element(SEQUENCE, COMMON_NAME, element(UTF8_STRING, TRI))))
  const validity = element(SEQUENCE, ...VALIDITY.map((time) => element(GENERALIZED_TIME, time)))
  const publicKey = createPublicKey(key.privateKey).export({ format: 'der', type: 'spki' })
  const toSign = element(
    SEQUENCE,
    element(VERSION, element(INTEGER, Buffer.of(2))),
    element(INTEGER, Buffer.of(1)),
    ED25519,
    name,
    validity,
    name,
    publicKey,
  )
  const signature = element(BIT_STRING, Buffer.of(0), sign(null, toSign, key.privateKey))
  return {
    certificate: pem('CERTIFICATE', element(SEQUENCE, toSign, ED25519, signature)),
    privateKey: pem('PRIVATE KEY', key.privateKey.export({ format: 'der', type: 'pkcs8' })),
  }
}

const TRI = Buffer.from('tri')

/** One element of DER: tag, length, content. */
function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.of(tag, ...lengthBytes(body.length)), body])
}

/** The shortest form of a length: DER allows no other. */
function lengthBytes(length: number): readonly number[] {
  if (length <= SHORT_LENGTH_MAX) return [length]
  return length <= 0xff ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

function pem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').match(BASE64_LINE) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
