import type { Codec } from '../codec.ts'
import type { Frame } from '../frame.ts'
import type { SerialFormat } from '../lines/serial-dial.ts'
import type { RegisterTable } from '../lines/modbus-dial.ts'
import type { Talk } from '../lines/talk.ts'
import type { PayloadProtocol } from '../payload/payload-reader.ts'
import type { DeviceRole } from './observation.ts'
import type { Sense } from './sense.ts'

/** A value in a device's register table. */
export interface RegisterFact {
  readonly name: string
  readonly at: number
  readonly table: RegisterTable
  readonly kind: 'u16' | 's16' | 'u32' | 's32' | 'f32'
  /** Decimal places from what is sent to the unit: 3 from kWh to Wh. */
  readonly exponent: number
  readonly unit: string
}

/** How a kind of device speaks. */
export type Speech =
  | {
      readonly by: 'frames'
      readonly codec: Codec
      /** Settings of its serial port, the likeliest first. */
      readonly serial: readonly { readonly baud: number; readonly format: SerialFormat }[]
      /** For a device that has to be asked. */
      readonly talk?: () => Talk
    }
  | {
      readonly by: 'payloads'
      readonly protocol: PayloadProtocol
      /** Topics of one device, `{name}` where its own name goes. */
      readonly topics: readonly string[]
      /** Path of the answer that tells the same over HTTP. */
      readonly path?: string
    }
  | {
      readonly by: 'registers'
      readonly facts: readonly RegisterFact[]
      /** The maker's document, and the page or clause the facts were read from. */
      readonly source: string
    }
  | { readonly by: 'sunspec'; readonly models: readonly number[] }
  /** It dials the node's central system for chargers. */
  | { readonly by: 'ocpp' }

/** A kind of device: how it speaks, and what its words mean. A new one is a table, not code. */
export interface DeviceTemplate {
  /** Short and stable: it stands in the household's file of devices. */
  readonly id: string
  readonly title: string
  readonly role: DeviceRole
  readonly speech: Speech
  readonly senses: readonly Sense[]
  /** Mends a known fault of some makers' meters in a usable frame, before it is sensed. */
  readonly mends?: (frame: Frame) => Frame
  /** Silence after which something is wrong, ms. */
  readonly silentMs: number
}
