import { dlmsPush } from './dlms-push.ts'
import { homeWizardBody, shellyBody, tasmotaBody } from './json-body.ts'
import type { MeterFace } from './meter-face.ts'
import { p1Telegram } from './p1-telegram.ts'
import { smlTelegram } from './sml-telegram.ts'
import { sunspecImage } from './sunspec-image.ts'

/** Kinds of virtual meters, each by the template that reads it. */
export const VIRTUAL_KINDS = [
  'p1',
  'sml',
  'han',
  'sunspec-meter',
  'sunspec-inverter',
  'homewizard-p1',
  'shelly-3em',
  'tasmota-meter',
] as const
/** One of VIRTUAL_KINDS. */
export type VirtualKind = (typeof VIRTUAL_KINDS)[number]

/**
 * What a meter of this kind says of its face, as it goes over its line: a telegram, the registers of a SunSpec device from
 * its marker on (high byte first), or a message in JSON.
 */
export function spokenBytes(kind: VirtualKind, face: MeterFace): Uint8Array {
  return SPEECHES[kind](face)
}

const text = (body: string) => new TextEncoder().encode(body)

const SPEECHES: Readonly<Record<VirtualKind, (face: MeterFace) => Uint8Array>> = {
  p1: p1Telegram,
  sml: smlTelegram,
  han: dlmsPush,
  'sunspec-meter': (face) => bigEndian(sunspecImage('meter', face)),
  'sunspec-inverter': (face) => bigEndian(sunspecImage('inverter', face)),
  'homewizard-p1': (face) => text(homeWizardBody(face)),
  'shelly-3em': (face) => text(shellyBody(face)),
  'tasmota-meter': (face) => text(tasmotaBody(face)),
}

function bigEndian(registers: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * registers.length)
  const view = new DataView(bytes.buffer)
  registers.forEach((register, index) => view.setUint16(2 * index, register))
  return bytes
}
