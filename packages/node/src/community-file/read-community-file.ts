import { open } from 'node:fs/promises'
import path from 'node:path'

import { accept, refuse, type Outcome } from '@tri/units'
import { parse as parseToml, TomlError } from 'smol-toml'

import type { Problem } from '../problem.ts'
import { communityDocumentShape, type CommunityDocument } from './document-shape.ts'
import { domainProblems } from './domain-problems.ts'
import { linesInJson, linesInToml, parentPath } from './path-lines.ts'
import { shapeProblems, type PathProblem } from './shape-problems.ts'

/** Room for METERS_MAX meters with their sites and members; a larger file is another file. */
export const COMMUNITY_FILE_BYTES_MAX = 96 * 1024 * 1024
/** Problems listed of one file: whoever has more starts with these. */
export const COMMUNITY_PROBLEMS_MAX = 200

/**
 * Reads a community file `tri/community/1`, JSON or TOML.
 *
 * @param file  path; `.json` and `.toml` say which, otherwise a file that begins with `{` is JSON
 * @returns     the document, or every problem found in it, with line and path where known
 * @see         docs/formats.md
 */
export async function readCommunityFile(
  file: string,
): Promise<Outcome<CommunityDocument, readonly Problem[]>> {
  const name = path.basename(file)
  const text = await textOf(file)
  if (!text.ok) return refuse([{ ...text.refusal, file: name }])
  const isJson = file.endsWith('.json') || (!file.endsWith('.toml') && /^\s*\{/.test(text.value))
  const read = communityFromText(text.value, isJson ? 'json' : 'toml')
  if (read.ok) return read
  return refuse(read.refusal.map((problem) => ({ ...problem, file: name })))
}

/**
 * The same for a text at hand.
 *
 * @param text    the whole file
 * @param format  how it is written
 */
export function communityFromText(
  text: string,
  format: 'json' | 'toml',
): Outcome<CommunityDocument, readonly Problem[]> {
  const parsed = format === 'json' ? fromJson(text) : fromToml(text)
  if (!parsed.ok) return refuse([parsed.refusal])
  const checked = communityFromDocument(parsed.value)
  if (checked.ok) return checked
  const shown = checked.refusal.slice(0, COMMUNITY_PROBLEMS_MAX)
  return refuse(withLines(shown, text, format))
}

/**
 * The same for a document that is parsed already: the body of a request, a scenario built by a script.
 *
 * @param document anything
 */
export function communityFromDocument(document: unknown): Outcome<CommunityDocument, readonly PathProblem[]> {
  const shaped = communityDocumentShape.safeParse(document)
  if (!shaped.success) return refuse(shapeProblems(shaped.error.issues, document))
  const problems = domainProblems(shaped.data)
  return problems.length === 0 ? accept(shaped.data) : refuse(problems)
}

async function textOf(file: string): Promise<Outcome<string, Problem>> {
  try {
    await using opened = await open(file)
    const { size } = await opened.stat()
    if (size > COMMUNITY_FILE_BYTES_MAX) {
      const details = { bytes: size, bytesMax: COMMUNITY_FILE_BYTES_MAX }
      return refuse({ code: 'community-file-too-large', details })
    }
    const bytes = await opened.readFile()
    return accept(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    if (cause instanceof TypeError) return refuse({ code: 'community-file-not-utf8', details: {} })
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    return refuse({ code: 'file-unreadable', details: { reason: String(cause.code) } })
  }
}

function fromJson(text: string): Outcome<unknown, Problem> {
  try {
    return accept(JSON.parse(text))
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const at = /position (\d+)/.exec(cause.message)?.[1]
    const offset = at === undefined ? text.length : Number(at)
    const before = text.slice(0, offset).split('\n')
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
    const reason = cause.message.replace(/ \(line \d+ column \d+\)$/, '')
    return refuse({ code: 'community-file-not-json', ...place, details: { reason } })
  }
}

function fromToml(text: string): Outcome<unknown, Problem> {
  try {
    return accept(parseToml(text))
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const reason = (cause.message.split('\n')[0] ?? cause.message).replace(/^Invalid TOML document: /, '')
    const place = { line: cause.line, column: cause.column }
    return refuse({ code: 'community-file-not-toml', ...place, details: { reason } })
  }
}

/** The line of each value, or of the object around it when the value is missing. */
function withLines(problems: readonly PathProblem[], text: string, format: 'json' | 'toml'): Problem[] {
  const paths = new Set<string>()
  for (const { details } of problems) {
    for (let at = details.path; at !== ''; at = parentPath(at)) paths.add(at)
  }
  const lines = format === 'json' ? linesInJson(text, paths) : linesInToml(text, paths)
  return problems.map((problem) => {
    let at = problem.details.path
    while (at !== '' && !lines.has(at)) at = parentPath(at)
    const line = lines.get(at)
    return line === undefined ? problem : { ...problem, line }
  })
}
