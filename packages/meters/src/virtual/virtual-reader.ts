import { must, present } from '@tri/units'

import { openSenses } from '../device/sense.ts'
import type { Observation } from '../device/observation.ts'
import { DEVICE_TEMPLATES } from '../device/templates.ts'
import type { Frame } from '../frame.ts'
import { sunspecCodec } from '../sunspec/sunspec-codec.ts'
import type { MeterFace } from './meter-face.ts'
import { spokenBytes, type VirtualKind } from './virtual-kind.ts'

/** A virtual meter beside the driver that reads it, with a line of no length between them. */
export interface VirtualReader {
  /** What the driver makes of the bytes that the meter sends; undefined when nothing in them is usable. */
  read(face: MeterFace): Observation | undefined
}

/**
 * Opens a virtual meter and its driver inside this process: the meter's bytes go through the codec and the senses of its
 * template, as a real one's do. Nothing of the face reaches the driver in any other way.
 */
export function openVirtualReader(kind: VirtualKind): VirtualReader {
  const template = present(DEVICE_TEMPLATES.get(kind), 'a kind of virtual meter is a template')
  const senses = openSenses(template.senses)
  const decode = decoderOf(kind)
  return {
    read: (face) => {
      let seen: Observation | undefined
      for (const frame of decode(spokenBytes(kind, face)))
        seen = senses.observe(template.mends?.(frame) ?? frame, face.at) ?? seen
      return seen
    },
  }
}

function decoderOf(kind: VirtualKind): (bytes: Uint8Array) => readonly Frame[] {
  const { speech } = present(DEVICE_TEMPLATES.get(kind), 'a kind of virtual meter is a template')
  if (speech.by === 'payloads') {
    const reader = speech.protocol.open()
    return (payload) => [reader.read({ topic: '', payload }) ?? []].flat()
  }
  must(speech.by !== 'registers', 'no kind of virtual meter is a table of registers', { kind })
  const decoder = (speech.by === 'frames' ? speech.codec : sunspecCodec).open()
  // An answer over Modbus has an end, a serial line has none.
  const ends = speech.by === 'sunspec'
  return (bytes) => [...decoder.push(bytes), ...(ends ? decoder.end() : [])]
}
