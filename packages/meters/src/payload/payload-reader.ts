import type { Frame } from '../frame.ts'

/** A message of a device: an MQTT publication, or the body of an HTTP answer (its topic is empty). */
export interface Payload {
  readonly topic: string
  readonly payload: Uint8Array
}

/** Reads the messages of one device, each a frame of its own. JSON carries no check, so the verdict is `absent`. */
export interface PayloadReader {
  /** The frame, or `undefined` for a message that says nothing this reader knows. It never throws. */
  read(payload: Payload): Frame | undefined
}

/** A family of devices that speak in messages. */
export interface PayloadProtocol {
  readonly protocol: Frame['protocol']
  /** A reader with a memory of its own, bounded. */
  open(): PayloadReader
}
