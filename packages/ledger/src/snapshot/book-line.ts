import { Fault } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { utf8 } from '../replica/bytes.ts'

/** Letters of a line's seal: 128 bits, far beyond what chance repeats. Who forges is stopped by signatures and roots. */
const SEAL_LETTERS = 32
const BEFORE_SEAL = ',"seal":"'
const AFTER_SEAL = '"}'
const END_LETTERS = BEFORE_SEAL.length + SEAL_LETTERS + AFTER_SEAL.length

/** Where the seals begin. */
export const FIRST_SEAL = '0'.repeat(SEAL_LETTERS)

/** A line of an export with the seal that ties it to the line before. */
export interface SealedLine {
  readonly text: string
  readonly seal: string
}

/** Seals a line: its last field is a digest over the seal before it and the line itself. */
export function sealed(content: object, before: string): SealedLine {
  const json = JSON.stringify(content)
  const seal = sealOf(json, before)
  return { text: `${json.slice(0, -1)}${BEFORE_SEAL}${seal}${AFTER_SEAL}`, seal }
}

/**
 * The content of a sealed line.
 *
 * @throws Fault `export-altered` with the line's number when a letter of it, or a line before it, is not what it was
 */
export function unsealed(
  text: string,
  before: string,
  line: number,
): { readonly content: unknown; readonly seal: string } {
  const end = text.slice(-END_LETTERS)
  const json = `${text.slice(0, -END_LETTERS)}}`
  const seal = end.slice(BEFORE_SEAL.length, -AFTER_SEAL.length)
  if (end !== `${BEFORE_SEAL}${seal}${AFTER_SEAL}` || seal !== sealOf(json, before))
    throw new Fault('export-altered', { line, reason: 'its seal is not over what it says' })
  return { content: contentOf(json, line), seal }
}

function contentOf(json: string, line: number): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new Fault('export-altered', { line, reason: 'it is no JSON' }, { cause })
  }
}

function sealOf(json: string, before: string): string {
  return hex(sha256(utf8(`${before}\n${json}`))).slice(0, SEAL_LETTERS)
}
