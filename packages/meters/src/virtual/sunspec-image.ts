import type { MeterFace } from './meter-face.ts'

/** Where the virtual inverter keeps its marker. */
export const SUNSPEC_IMAGE_AT = 40_000

const COMMON = { id: 1, length: 66 } as const
const INVERTER = { id: 103, length: 50 } as const
const METER = { id: 203, length: 105 } as const
const END_OF_CHAIN = 0xffff
const NOT_IMPLEMENTED = 0x8000
const POWER_MAX = 0x7fff

/** What stands at SUNSPEC_IMAGE_AT: an inverter by model 103, or a meter by model 203. */
export type SunSpecKind = 'inverter' | 'meter'

/**
 * The holding registers of a SunSpec device, from the marker on.
 *
 * @see SunSpec Device Information Model Specification 1.1; models 1, 103 and 203
 */
export function sunspecImage(
  kind: SunSpecKind,
  { serial, importWh, exportWh, powerW }: MeterFace,
): Uint16Array {
  const model = kind === 'inverter' ? INVERTER : METER
  const image = new Uint16Array(2 + 2 + COMMON.length + 2 + model.length + 2).fill(NOT_IMPLEMENTED)
  image.set([0x5375, 0x6e53, COMMON.id, COMMON.length])
  const common = 4
  text(image, common, 16, 'TRI')
  text(image, common + 16, 16, `virtual ${kind}`)
  text(image, common + 32, 8, '')
  text(image, common + 40, 8, '1')
  text(image, common + 48, 16, serial)
  image[common + 64] = 1
  const at = common + COMMON.length
  image.set([model.id, model.length], at)
  const points = at + 2
  if (kind === 'inverter') inverter(image, points, exportWh, -powerW)
  else meter(image, points, { importWh, exportWh, powerW })
  image.set([END_OF_CHAIN, 0], points + model.length)
  return image
}

// Offsets from the first point: W 12, W_SF 13, WH 22 (two registers), WH_SF 24, St 36.
function inverter(image: Uint16Array, at: number, producedWh: number, powerW: number): void {
  image.set(scaledPower(powerW), at + 12)
  image.set(words(producedWh), at + 22)
  image[at + 24] = 0
  image[at + 36] = powerW > 0 ? 4 : 2
}

// Offsets from the first point: W 16, W_SF 20, TotWhExp 36, TotWhImp 44, TotWh_SF 52.
function meter(
  image: Uint16Array,
  at: number,
  face: Pick<MeterFace, 'importWh' | 'exportWh' | 'powerW'>,
): void {
  const [power, scale] = scaledPower(face.powerW)
  image[at + 16] = power
  image[at + 20] = scale
  image.set(words(face.exportWh), at + 36)
  image.set(words(face.importWh), at + 44)
  image[at + 52] = 0
}

/** A power in one register of 16 bits with its scale: above 32 kW it is told in steps of 10 W. */
function scaledPower(powerW: number): readonly [power: number, scale: number] {
  const scale = Math.abs(Math.round(powerW)) > POWER_MAX ? 1 : 0
  return [Math.round(powerW / 10 ** scale) & 0xffff, scale]
}

const words = (value: number) => [Math.floor(value / 65_536) & 0xffff, value & 0xffff]

function text(image: Uint16Array, at: number, registers: number, written: string): void {
  const bytes = new Uint8Array(2 * registers)
  bytes.set(new TextEncoder().encode(written).slice(0, bytes.length))
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < registers; i++) image[at + i] = view.getUint16(2 * i)
}
