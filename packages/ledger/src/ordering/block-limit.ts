/** Bytes of one block: room for the largest operation there may be, and for others beside it. */
export const BLOCK_BYTES_MAX = 25_165_824
