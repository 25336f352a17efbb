import { createCipheriv, createDecipheriv } from 'node:crypto'

const BLOCK_BYTES = 16
const ZERO = new Uint8Array(BLOCK_BYTES)
/** What a doubled block is reduced by (NIST SP 800-38B, for blocks of 128 bits). */
const REDUCTION = 0x87

/** AES-128 in chained blocks, without padding: `content` is whole blocks. */
export function openChained(key: Uint8Array, vector: Uint8Array, content: Uint8Array): Uint8Array {
  const cipher = createDecipheriv('aes-128-cbc', key, vector).setAutoPadding(false)
  return new Uint8Array([...cipher.update(content), ...cipher.final()])
}

/** AES-128 as a counter's key stream. */
export function openCounted(key: Uint8Array, counter: Uint8Array, content: Uint8Array): Uint8Array {
  return new Uint8Array(createDecipheriv('aes-128-ctr', key, counter).update(content))
}

/** AES-CMAC of 16 bytes (RFC 4493). */
export function cipherMac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const single = doubled(sealed(key, ZERO))
  const isWhole = message.length > 0 && message.length % BLOCK_BYTES === 0
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK_BYTES))
  const last = new Uint8Array(BLOCK_BYTES)
  last.set(message.subarray((blocks - 1) * BLOCK_BYTES))
  if (!isWhole) last[message.length % BLOCK_BYTES] = 0x80
  let state: Uint8Array = ZERO
  for (let block = 0; block < blocks - 1; block++)
    state = sealed(key, mixed(state, message.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES)))
  return sealed(key, mixed(state, mixed(last, isWhole ? single : doubled(single))))
}

function sealed(key: Uint8Array, block: Uint8Array): Uint8Array {
  return new Uint8Array(createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block))
}

function mixed(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0))
}

function doubled(block: Uint8Array): Uint8Array {
  const double = block.map((byte, index) => ((byte << 1) | ((block[index + 1] ?? 0) >> 7)) & 0xff)
  if (((block[0] ?? 0) & 0x80) !== 0) double[BLOCK_BYTES - 1] = (double[BLOCK_BYTES - 1] ?? 0) ^ REDUCTION
  return double
}
