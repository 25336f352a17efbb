import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault } from '@tri/units'
import { z } from 'zod'

/** Where a community hangs its checkpoints; written by its operator, readable by its owner only. */
const ANCHOR_FILE = 'anchor.json'
const DEPTH_DEFAULT = 12
const TIMEOUT_MS_DEFAULT = 30_000

const address = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)])
const secret = z.string().regex(/^[0-9a-f]{64}$/)

const settingsShape = z.discriminatedUnion('kind', [
  z.strictObject({ format: z.literal('tri/anchor/1'), kind: z.literal('none') }),
  z.strictObject({
    format: z.literal('tri/anchor/1'),
    kind: z.literal('file'),
    path: z.string().min(1).max(4096),
  }),
  z.strictObject({
    format: z.literal('tri/anchor/1'),
    kind: z.literal('evm'),
    url: z.url(),
    chain: z.int().min(1),
    contract: address,
    /** Anchor keys of the stewards who registered, and of those who sign today. */
    firstKeys: z.array(address).min(1).max(32),
    keys: z.array(address).min(1).max(32).optional(),
    /** Secrets of this box: the key its steward signs with, and the account that pays. */
    key: secret.optional(),
    payer: secret.optional(),
    depth: z.int().min(1).max(10_000).default(DEPTH_DEFAULT),
    timeoutMs: z.int().min(100).max(600_000).default(TIMEOUT_MS_DEFAULT),
  }),
])

/** What a node knows of the place outside where the community hangs its checkpoints. */
export type AnchorSettings = z.output<typeof settingsShape>

/** The anchor that a data folder names; `none` without a file. @throws Fault `anchor-settings-unusable` */
export async function readAnchorSettings(folder: string): Promise<AnchorSettings> {
  const path = join(folder, ANCHOR_FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      return { format: 'tri/anchor/1', kind: 'none' }
    throw new Fault('anchor-settings-unusable', { path, reason: String(cause) }, { cause })
  }
  try {
    return settingsShape.parse(JSON.parse(text))
  } catch (cause) {
    // The parser's own message may quote a secret: only the names of the fields are told.
    const places = cause instanceof z.ZodError ? cause.issues.map((issue) => issue.path.join('.')) : ['JSON']
    throw new Fault('anchor-settings-unusable', { path, reason: places.join(', ') })
  }
}
