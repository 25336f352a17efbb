import type { Socket } from 'node:net'

import type { Talk, TalkStep } from './talk.ts'

/** What the bytes are on the line, and what they are to us. */
export interface Transcoding {
  readonly sent: (bytes: Uint8Array) => Uint8Array
  readonly received: (bytes: Uint8Array) => Uint8Array
}

/** A stream, who gets its bytes, and who answers. */
export interface Streaming {
  readonly stream: Socket
  readonly signal: AbortSignal
  readonly deliver: (bytes: Uint8Array) => void
  readonly talk?: Talk | undefined
  readonly rebaud?: (baud: number) => Promise<void>
  /** What becomes of the bytes on their way, where the line carries characters of 7 bits. */
  readonly parity?: Transcoding | undefined
}

/** Hands over what a stream brings until it ends, fails or the signal is aborted; then it is destroyed. */
export async function streamUntil({
  stream,
  signal,
  deliver,
  talk,
  rebaud,
  parity,
}: Streaming): Promise<void> {
  const act = async ({ send, baud }: TalkStep) => {
    if (send !== undefined) await written(stream, parity === undefined ? send : parity.sent(send))
    if (baud !== undefined) await rebaud?.(baud)
  }
  const abort = () => stream.destroy()
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (talk !== undefined) await act(talk.begin())
    for await (const piece of stream) {
      if (!(piece instanceof Uint8Array)) continue
      const bytes = parity === undefined ? new Uint8Array(piece) : parity.received(new Uint8Array(piece))
      if (talk !== undefined) await act(talk.received(bytes))
      deliver(bytes)
    }
  } finally {
    signal.removeEventListener('abort', abort)
    stream.destroy()
  }
}

async function written(stream: Socket, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    stream.write(bytes, (cause) => {
      if (cause instanceof Error) reject(cause)
      else resolve()
    }),
  )
}
