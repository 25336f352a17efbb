import { charterFrom, neighbourTree, settle, typescriptKernel } from '@tri/exchange'
import { slot } from '@tri/units'

const tree = neighbourTree(
  [
    { id: 'cabina', ring: 'transformer', ohm: 0 },
    { id: 'via-po', ring: 'street', parent: 'cabina', ohm: 0.021 },
    { id: 'casa-1', ring: 'home', parent: 'via-po', ohm: 0.004 },
    { id: 'casa-2', ring: 'home', parent: 'via-po', ohm: 0.006 },
  ],
  [
    { meter: 'm1', node: 'casa-1' },
    { meter: 'm2', node: 'casa-2' },
  ],
)
const charter = charterFrom({ rule: 'neighbour-first', creditPerKwh: { street: '0.11' } })
if (!tree.ok || !charter.ok) throw new Error('look at `refusal`: it names what to change')

export const settlement = settle(
  {
    community: 'prova',
    tree: tree.value,
    memberOf: ['home-1', 'home-2'],
    charter: charter.value,
    firstSlot: slot(1_975_144), // 2026-05-01T10:00:00Z
    slots: 1,
    importWh: Int32Array.of(0, 300),
    exportWh: Int32Array.of(500, 0),
    quality: Uint8Array.of(1, 1), // measured
  },
  typescriptKernel,
)
// settlement.totals.sharedWh                  300
// settlement.totals.gridExportWh              200
// settlement.members[0].creditMicroCredit  +33000, that is 0.033 CC; home-2 pays it
