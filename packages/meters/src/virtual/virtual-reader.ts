import { must, present, type EpochMs } from '@tri/units'

import type { DeviceTemplate } from '../device/device-template.ts'
import { openSenses } from '../device/sense.ts'
import type { Observation } from '../device/observation.ts'
import { DEVICE_TEMPLATES } from '../device/templates.ts'
import type { Frame } from '../frame.ts'
import { sunspecCodec } from '../sunspec/sunspec-codec.ts'
import type { VirtualKind } from './virtual-kind.ts'

/** A driver of a virtual meter, with a line of no length between them. */
export interface VirtualReader {
  /** What the driver makes of the bytes that the meter sent; undefined when nothing in them is usable. */
  read(bytes: Uint8Array, takenAt: EpochMs): Observation | undefined
}

/**
 * Opens the driver of a kind of virtual meters inside this process: bytes go through the codec and the senses of its template,
 * as those of a real device do. Bytes of `spokenBytes` are whole messages; of several the last usable one is given.
 */
export function openVirtualReader(kind: VirtualKind): VirtualReader {
  const template = present(DEVICE_TEMPLATES.get(kind), 'a kind of virtual meter is a template')
  const senses = openSenses(template.senses)
  const decode = decoderOf(template)
  return {
    read: (bytes, takenAt) => {
      let seen: Observation | undefined
      for (const frame of decode(bytes))
        seen = senses.observe(template.mends?.(frame) ?? frame, takenAt) ?? seen
      return seen
    },
  }
}

function decoderOf({ id, speech }: DeviceTemplate): (bytes: Uint8Array) => readonly Frame[] {
  if (speech.by === 'payloads') {
    const reader = speech.protocol.open()
    return (payload) => [reader.read({ topic: '', payload }) ?? []].flat()
  }
  must(speech.by !== 'registers', 'no kind of virtual meter is a table of registers', { id })
  const decoder = (speech.by === 'frames' ? speech.codec : sunspecCodec).open()
  // An answer over Modbus has an end, a serial line has none.
  const ends = speech.by === 'sunspec'
  return (bytes) => [...decoder.push(bytes), ...(ends ? decoder.end() : [])]
}
