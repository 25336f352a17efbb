import { existsSync } from 'node:fs'

/** Data beside the project, too large or not ours to be in it. */
const SHARED = new URL('../../../../../shared/data/', import.meta.url)

/** The place of a shared file or folder, or undefined where it is not there; CI must have it. */
export function sharedData(place: string): URL | undefined {
  const url = new URL(place, SHARED)
  if (existsSync(url)) return url
  if (process.env['CI'] === 'true') throw new TypeError(`CI must have ../shared/data/${place}`)
  console.log(`skipped: ../shared/data/${place} is not beside the project`)
  return undefined
}
