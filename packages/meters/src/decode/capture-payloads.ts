import { z } from 'zod'

import type { Payload } from '../payload/payload-reader.ts'

/** Messages of a capture at most. */
export const CAPTURE_PAYLOADS_MAX = 1_000_000

const published = z.strictObject({ topic: z.string().max(512), payload: z.unknown() })

/**
 * The messages in a file: one JSON text, or a line each. A line of `{ "topic", "payload" }` is a publication of MQTT, anything
 * else the body of an answer. Nothing where the file is no JSON.
 */
export function payloadsIn(raw: Uint8Array): Payload[] {
  const first = raw.find((byte) => byte > 0x20)
  if (first !== 0x7b && first !== 0x5b) return []
  const text = new TextDecoder().decode(raw)
  const whole = parsed(text)
  if (whole !== undefined) return [payloadOf(whole.json)]
  const lines = text.split('\n', CAPTURE_PAYLOADS_MAX).map((line) => parsed(line))
  return lines.flatMap((line) => (line === undefined ? [] : [payloadOf(line.json)]))
}

function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) }
  } catch {
    // A line that is no JSON is not a message.
    return undefined
  }
}

function payloadOf(json: unknown): Payload {
  const message = published.safeParse(json)
  if (!message.success) return { topic: '', payload: bytesOf(json) }
  const { topic, payload } = message.data
  // A bare text is what was published, not a JSON string of it.
  return {
    topic,
    payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : bytesOf(payload),
  }
}

function bytesOf(json: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(json) ?? 'null')
}
