import { slot, type Slot } from '@tri/units'

import {
  QUALITY,
  charterFit,
  charterFrom,
  neighbourTree,
  type Charter,
  type MeterPlace,
  type NetworkNode,
  type SettlementInput,
} from '../src/index.ts'

/** 2026-05-01T10:00:00Z: a full hour. */
export const TEN_O_CLOCK: Slot = slot(1_975_144)

/** One slot: import and export of each meter in Wh; null is a missing reading. */
export type SlotReadings = Readonly<Record<string, readonly [number, number] | null>>

export interface SmallCommunity {
  readonly nodes: readonly NetworkNode[]
  readonly places: readonly MeterPlace[]
  /** Member by meter; without it every meter is a member of its own. */
  readonly memberOf?: Readonly<Record<string, string>>
  readonly charter: unknown
  readonly slots: readonly SlotReadings[]
  readonly firstSlot?: Slot
}

/** The smallest community of the file format: two homes in one street. */
export const PROVA: SmallCommunity = {
  nodes: [
    { id: 'cabina', ring: 'transformer', ohm: 0 },
    { id: 'via-po', ring: 'street', parent: 'cabina', ohm: 0.021 },
    { id: 'casa-1', ring: 'home', parent: 'via-po', ohm: 0.004 },
    { id: 'casa-2', ring: 'home', parent: 'via-po', ohm: 0.006 },
  ],
  places: [
    { meter: 'm1', node: 'casa-1' },
    { meter: 'm2', node: 'casa-2' },
  ],
  memberOf: { m1: 'home-1', m2: 'home-2' },
  charter: {
    rule: 'neighbour-first',
    creditPerKwh: { home: '0.09', building: '0.10', street: '0.11', transformer: '0.12', substation: '0.13' },
  },
  slots: [{ m1: [0, 500], m2: [300, 0] }],
}

/** All meters on one street below one transformer, each at a site of its own. */
export function street(meters: readonly string[]): Pick<SmallCommunity, 'nodes' | 'places'> {
  return {
    nodes: [
      { id: 'transformer', ring: 'transformer', ohm: 0 },
      { id: 'street', ring: 'street', parent: 'transformer', ohm: 0.02 },
      ...meters.map((meter) => ({
        id: `site-${meter}`,
        ring: 'home' as const,
        parent: 'street',
        ohm: 0.01,
      })),
    ],
    places: meters.map((meter) => ({ meter, node: `site-${meter}` })),
  }
}

export function usableCharter(document: unknown): Charter {
  const charter = charterFrom(document)
  if (!charter.ok) throw new Error(`charter refused: ${JSON.stringify(charter.refusal)}`)
  return charter.value
}

export function inputOf(community: SmallCommunity): SettlementInput {
  const tree = neighbourTree(community.nodes, community.places)
  if (!tree.ok) throw new Error(`network refused: ${JSON.stringify(tree.refusal)}`)
  const charter = charterFit(usableCharter(community.charter), tree.value)
  if (!charter.ok) throw new Error(`charter does not fit: ${JSON.stringify(charter.refusal)}`)
  const { meters } = tree.value
  const slots = community.slots.length
  const importWh = new Int32Array(meters.length * slots)
  const exportWh = new Int32Array(meters.length * slots)
  const quality = new Uint8Array(meters.length * slots)
  for (const [t, readings] of community.slots.entries())
    for (const [column, meter] of meters.entries()) {
      const reading = readings[meter] === undefined ? [0, 0] : readings[meter]
      const at = column * slots + t
      importWh[at] = reading?.[0] ?? 0
      exportWh[at] = reading?.[1] ?? 0
      quality[at] = reading === null ? QUALITY.missing : QUALITY.measured
    }
  const memberOf = meters.map((meter) => community.memberOf?.[meter] ?? meter)
  const firstSlot = community.firstSlot ?? TEN_O_CLOCK
  return {
    community: 'prova',
    tree: tree.value,
    memberOf,
    charter: charter.value,
    firstSlot,
    slots,
    importWh,
    exportWh,
    quality,
  }
}
