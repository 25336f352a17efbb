import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { genesisIn, readLedgerFile, writeLedgerFile, type LedgerFile } from '../../src/ledger/ledger-file.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-ledger-file-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const bytes = (fill: number) => new Uint8Array(32).fill(fill)

describe('ledger.json', () => {
  test('is not there where one steward keeps the book', async () => {
    expect(await readLedgerFile(join(folder, 'none.json'))).toEqual({
      format: 'tri/ledger-file/1',
      engine: 'single',
    })
  })

  test('comes back as it was written, for its owner alone', async () => {
    const file: LedgerFile = {
      format: 'tri/ledger-file/1',
      engine: 'cometbft',
      genesis: {
        community: 'prova',
        founding: bytes(1),
        stewards: [bytes(2)],
        previous: { genesis: bytes(3), height: 7, block: bytes(4) },
      },
      me: '05'.repeat(32),
      listen: '[::]:26656',
      begins: { height: 8, stateRoot: bytes(6), at: 1000, stewards: [bytes(2)], protocol: 1 },
    }
    const path = join(folder, 'ledger.json')
    await writeLedgerFile(path, file)
    const read = await readLedgerFile(path)
    expect(read).toEqual(file)
    expect(genesisIn(read)).toEqual(file.genesis)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['is not JSON', '{'],
    ['names no engine', '{"format":"tri/ledger-file/1"}'],
    ['names an engine that is not ours', '{"format":"tri/ledger-file/1","engine":"raft"}'],
    ['is of another version', '{"format":"tri/ledger-file/2","engine":"single"}'],
  ])('is refused with its path where it %s', async (_, text) => {
    const path = join(folder, 'bad.json')
    writeFileSync(path, text)
    await expect(readLedgerFile(path)).rejects.toMatchObject({
      code: 'ledger-file-unusable',
      details: { path },
    })
  })
})
