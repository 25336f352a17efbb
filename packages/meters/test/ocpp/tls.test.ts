import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { centralRig, plainClient } from './central-rig.ts'

const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0
const isPossible = hasOpenssl || process.env['CI'] === 'true'

/** A certificate of the loopback, which vouches for itself. */
function certificate(): { readonly cert: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tri-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const about = ['-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    ...about,
  ]
  spawnSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const pair = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  rmSync(folder, { recursive: true })
  return pair
}

test.skipIf(!isPossible)(
  'chargers dial over TLS where a certificate is given, and not without (needs openssl)',
  async () => {
    const tls = certificate()
    await using rig = await centralRig({ tls, chargers: [{ identity: 'CP-1', password: 'secret' }] })
    const endpoint = `wss://127.0.0.1:${rig.central.port}`
    await using client = await plainClient({ endpoint, password: 'secret', ca: tls.cert })
    expect(await client.call('Heartbeat', {})).toEqual({ currentTime: '2026-03-29T04:00:00Z' })
    await expect(plainClient({ endpoint: rig.endpoint, password: 'secret' })).rejects.toThrow()
  },
)
