import { randomBytes } from 'node:crypto'

import { epochMs, present } from '@tri/units'
import { keyPairFromSeed } from '@tri/units/crypto'

import { openVault } from '../src/index.ts'
import { streamBatch, streamEntry } from './stream.ts'

// Run as a process of its own: appends the stream from an entry on until somebody kills it, and says up to which entry all
// is acknowledged.
const path = present(process.argv[2], 'the path of the vault is given')
const vault = openVault({
  path,
  key: new Uint8Array(32).fill(1),
  owner: 'home-1',
  household: keyPairFromSeed(new Uint8Array(32).fill(2)),
  dice: (bytes) => new Uint8Array(randomBytes(bytes)),
  clock: { now: () => epochMs(Date.now()) },
})
for (let next = Number(process.argv[3]); ;) {
  const until = next + streamBatch(next)
  vault.append(Array.from({ length: until - next }, (_, i) => streamEntry(next + i)))
  next = until
  process.stdout.write(`${next}\n`)
}
