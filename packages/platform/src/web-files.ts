import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

import { must } from '@tri/units'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Bytes of all pages together. They are kept in memory; more than this is not our build. */
export const WEB_BYTES_MAX = 16 * 1_048_576

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
}
const SQUEEZABLE = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest'])
const compress = promisify(gzip)

interface WebFile {
  readonly bytes: Buffer
  readonly squeezed: Buffer | undefined
  readonly mediaType: string
  readonly tag: string
  readonly isNamedByContent: boolean
}

/** The built pages, by address. */
export type WebFiles = ReadonlyMap<string, WebFile>

/**
 * Reads the built pages into memory: a request is then a look into a table, and no path can lead out of it.
 *
 * @param root the folder of the build; an absent one gives no pages
 */
export async function readWebFiles(root: string): Promise<WebFiles> {
  const files = new Map<string, WebFile>()
  let bytes = 0
  for (const path of await filesBelow(root)) {
    const content = await readFile(path)
    bytes += content.length
    must(bytes <= WEB_BYTES_MAX, 'the pages fit into memory', { bytes })
    const address = `/${relative(root, path).split(sep).join('/')}`
    files.set(address, await webFile(address, content))
  }
  return files
}

/** Serves the pages; an address that is a page's own (`/home`, `/nearby`, ...) gets the one document they live in. */
export function serveWebFiles(
  app: FastifyInstance,
  files: WebFiles,
  otherwise: (request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const isPage = extname(path) === '' && !path.startsWith('/api/') && path !== '/api'
    const file = files.get(path) ?? (isPage ? files.get('/index.html') : undefined)
    return isRead && file !== undefined ? sendWebFile(request, reply, file) : otherwise(request, reply)
  })
}

function sendWebFile(request: FastifyRequest, reply: FastifyReply, file: WebFile): FastifyReply {
  reply
    .header('etag', file.tag)
    .header('vary', 'accept-encoding')
    .header('cache-control', file.isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (request.headers['if-none-match'] === file.tag) return reply.code(304).send()
  reply.code(200).type(file.mediaType)
  const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  if (!takesGzip || file.squeezed === undefined) return reply.send(file.bytes)
  return reply.header('content-encoding', 'gzip').send(file.squeezed)
}

async function webFile(address: string, bytes: Buffer): Promise<WebFile> {
  const kind = extname(address)
  const squeezed = SQUEEZABLE.has(kind)
    ? await compress(bytes, { level: constants.Z_BEST_COMPRESSION })
    : undefined
  return {
    bytes,
    squeezed,
    mediaType: MEDIA_TYPES[kind] ?? 'application/octet-stream',
    tag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    isNamedByContent: address.startsWith('/assets/'),
  }
}

async function filesBelow(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw cause
  }
}
