/** One value inside a JSON text: where it is, and what it is. */
export interface JsonLeaf {
  readonly path: readonly string[]
  readonly value: number | string | boolean
}

/** Levels of a message that are looked into. */
export const JSON_DEPTH_MAX = 12
/** Values of a message at most; a longer one is not of a device we know. */
export const JSON_LEAVES_MAX = 5000

/**
 * The values of a JSON text, in its own order; nulls are left out.
 *
 * @returns undefined when it is no JSON, too deep or too long
 */
export function jsonLeaves(payload: Uint8Array): JsonLeaf[] | undefined {
  const json = parsed(payload)
  if (json === undefined) return undefined
  const leaves: JsonLeaf[] = []
  return gather(json.value, [], leaves) ? leaves : undefined
}

function parsed(payload: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) }
  } catch {
    // Not JSON is an answer, not a fault: the frame says so.
    return undefined
  }
}

function gather(value: unknown, path: readonly string[], leaves: JsonLeaf[]): boolean {
  if (value === null || value === undefined) return true
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    leaves.push({ path, value })
    return leaves.length <= JSON_LEAVES_MAX
  }
  if (path.length >= JSON_DEPTH_MAX) return false
  return Object.entries(value).every(([key, inside]) => gather(inside, [...path, key], leaves))
}
