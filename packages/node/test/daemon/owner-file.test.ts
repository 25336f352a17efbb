import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

import { readOwnerFile, writeOwnerFile } from '../../src/daemon/owner-file.ts'

const SECRET = 'sesame-open'
const shape = z.strictObject({ password: z.string(), port: z.int() })

function file(text?: string, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), 'tri-owner-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'settings.json')
  if (text !== undefined) {
    writeFileSync(path, text)
    chmodSync(path, mode)
  }
  return path
}

async function faultOf(path: string): Promise<string> {
  const fault: unknown = await readOwnerFile(path, shape, 'devices-file-damaged').catch(
    (cause: unknown) => cause,
  )
  expect(fault).toMatchObject({ code: 'devices-file-damaged' })
  const { details, cause } = fault as { readonly details: unknown; readonly cause: unknown }
  return JSON.stringify(details) + String(cause)
}

test('what was written is read again, and only its owner may', async () => {
  const path = file()
  await writeOwnerFile(path, { password: SECRET, port: 1 })
  expect(statSync(path).mode & 0o077).toBe(0)
  expect(await readOwnerFile(path, shape, 'devices-file-damaged')).toEqual({ password: SECRET, port: 1 })
  expect(await readOwnerFile(`${path}.absent`, shape, 'devices-file-damaged')).toBeUndefined()
})

test('no fault of a damaged file quotes the secrets in it', async () => {
  for (const text of [
    `{"password": "${SECRET}" x`,
    `{"password": "${SECRET}", "port": "${SECRET}"}`,
    `"${SECRET}"`,
  ]) {
    const told = await faultOf(file(text))
    expect(told).not.toContain(SECRET)
    expect(told).not.toContain('sesame')
  }
})

test('a file that others may read is not used', async () => {
  expect(await faultOf(file(`{"password": "${SECRET}", "port": 1}`, 0o644))).toContain('chmod 600')
})
