import { Fault } from '@tri/units'

import { checkRun, SLOT_WH_MAX, type MatchKernel, type MatchRun, type MatchTotals } from './match-kernel.ts'
import { matchPlan } from './match-plan.ts'
import type { NeighbourTree } from './neighbour-tree.ts'
import { tileSlots } from './tile.ts'

// The host of kernels/match.ts: lays out its memory, hands it the columns tile by tile, and takes the sums back.

const PAGE_BYTES = 65_536
const LANES = 4
/** Bytes of one vector of slots that meet, MEETING in kernels/match.ts. */
const MEETING_BYTES = 96
/** Below so many cells a loop copies faster than a call of the engine. */
const CALL_CELLS = 48
/** Cells copied before their groups are matched: 256 KiB, so that they are still in the cache. */
const CHUNK_CELLS = 16_384

/** The table at address 0 of the kernel's memory, one Int32 each, in this order. */
const HEADER = [
  ...(['meters', 'groups', 'rowBytes', 'order', 'itemStart', 'itemFrom', 'itemUntil', 'itemGroup'] as const),
  ...([
    'groupFrom',
    'groupUntil',
    'groupRing',
    'groupKey',
    'leftRow',
    'rest',
    'needLeft',
    'surplusLeft',
  ] as const),
  ...(['groupLargest', 'sums', 'groupWh', 'flow', 'meetings', 'keys', 'ranked'] as const),
]
type Place = (typeof HEADER)[number]

// The part of the engine's WebAssembly interface that is used; its usual declarations come with those of a browser.
interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

interface KernelExports {
  readonly memory: WasmMemory
  readonly prepare: () => void
  readonly matchGroups: (
    from: number,
    until: number,
    slots: number,
    firstSlot: number,
    byRemainder: number,
  ) => number
}

/** Where everything lies for one tree and width. */
interface Layout {
  readonly tree: NeighbourTree
  /** Slots of a tile, a multiple of LANES. */
  readonly width: number
  readonly hasFlow: boolean
  readonly places: Readonly<Record<Place, number>>
  readonly bytes: number
}

/**
 * The fast kernel: the same bytes as `typescriptKernel`, four slots at a time.
 *
 * @param wasm the compiled kernels/match.ts, `@tri/exchange/kernels/match.wasm`; handed in, as this package reads no file
 * @returns    a kernel with a memory of its own: a tile of the columns, and what the tree needs. It is not shared
 *             between threads: each makes its own
 */
export function webAssemblyKernel(wasm: Uint8Array): MatchKernel {
  const module = new WebAssembly.Module(wasm)
  const kernel = new WebAssembly.Instance(module).exports as KernelExports
  let layout: Layout | undefined
  const match = (run: MatchRun, totals: MatchTotals, flowWh?: Int32Array): void => {
    checkRun(run)
    flowWh?.fill(0)
    if (run.tree.groupFrom.length === 0 || run.slots === 0) return
    const hasFlow = flowWh !== undefined
    const width = tileSlots(run, LANES)
    if (layout?.tree !== run.tree || layout.width !== width || layout.hasFlow !== hasFlow) {
      layout = laidOut(run.tree, width, hasFlow)
      install(kernel, layout)
    }
    sumsIn(kernel, layout, totals)
    for (let first = 0; first < run.slots; first += width) matchTile(kernel, layout, run, first, flowWh)
    sumsOut(kernel, layout, totals)
  }
  return { name: 'webassembly', match }
}

function laidOut(tree: NeighbourTree, width: number, hasFlow: boolean): Layout {
  const plan = matchPlan(tree)
  const meters = tree.meters.length
  const groups = tree.groupFrom.length
  const cells = tree.rings.length * meters
  let end = HEADER.length * 4
  const room = (bytes: number): number => {
    const start = Math.ceil(end / 16) * 16
    end = start + bytes
    return start
  }
  const places = {
    meters,
    groups,
    rowBytes: width * 4,
    order: room(meters * 4),
    itemStart: room(plan.itemStart.byteLength),
    itemFrom: room(plan.itemFrom.byteLength),
    itemUntil: room(plan.itemUntil.byteLength),
    itemGroup: room(plan.itemGroup.byteLength),
    groupFrom: room(groups * 4),
    groupUntil: room(groups * 4),
    groupRing: room(groups),
    groupKey: room(groups * 4),
    leftRow: room(groups * 4),
    rest: room(meters * width * 4),
    needLeft: room(plan.leftRows * width * 4),
    surplusLeft: room(plan.leftRows * width * 4),
    groupLargest: room(groups * 4),
    sums: room(cells * 16),
    groupWh: room(groups * 8),
    flow: hasFlow ? room(cells * width * 4) : 0,
    meetings: room((width / LANES) * MEETING_BYTES),
    keys: room(meters * 8),
    ranked: room(meters * 8),
  }
  return { tree, width, hasFlow, places, bytes: end }
}

function install({ memory, prepare }: KernelExports, layout: Layout): void {
  const missing = layout.bytes - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES))
  const { tree, places } = layout
  const plan = matchPlan(tree)
  new Int32Array(memory.buffer, 0, HEADER.length).set(HEADER.map((name) => places[name]))
  const tables = [
    ...([[places.order, tree.order]] as const),
    ...([[places.itemStart, plan.itemStart]] as const),
    ...([[places.itemFrom, plan.itemFrom]] as const),
    ...([[places.itemUntil, plan.itemUntil]] as const),
    ...([[places.itemGroup, plan.itemGroup]] as const),
    ...([[places.groupFrom, tree.groupFrom]] as const),
    ...([[places.groupUntil, tree.groupUntil]] as const),
    ...([[places.groupKey, tree.groupKey]] as const),
    ...([[places.leftRow, plan.leftRow]] as const),
  ]
  for (const [address, table] of tables) new Int32Array(memory.buffer, address, table.length).set(table)
  new Uint8Array(memory.buffer, places.groupRing, tree.groupRing.length).set(tree.groupRing)
  prepare()
}

/** The kernel keeps what a meter received and gave side by side. */
function sumsIn({ memory }: KernelExports, { places }: Layout, totals: MatchTotals): void {
  const { receivedWh, givenWh, groupWh } = totals
  const sums = new Float64Array(memory.buffer, places.sums, givenWh.length * 2)
  for (let cell = 0; cell < givenWh.length; cell++) {
    sums[2 * cell] = receivedWh[cell] as number
    sums[2 * cell + 1] = givenWh[cell] as number
  }
  new Float64Array(memory.buffer, places.groupWh, groupWh.length).set(groupWh)
}

function sumsOut({ memory }: KernelExports, { places }: Layout, totals: MatchTotals): void {
  const { receivedWh, givenWh, groupWh } = totals
  const sums = new Float64Array(memory.buffer, places.sums, givenWh.length * 2)
  for (let cell = 0; cell < givenWh.length; cell++) {
    receivedWh[cell] = sums[2 * cell] as number
    givenWh[cell] = sums[2 * cell + 1] as number
  }
  groupWh.set(new Float64Array(memory.buffer, places.groupWh, groupWh.length))
}

/**
 * Fills the rows of a tile and matches its groups, some rows at a time: a group is matched as soon as its last meter
 * is there.
 */
function matchTile(
  kernel: KernelExports,
  layout: Layout,
  run: MatchRun,
  first: number,
  flowWh: Int32Array | undefined,
): void {
  const { groupUntil, order } = run.tree
  const count = Math.min(layout.width, run.slots - first)
  const slot = run.firstSlot + first
  const byRemainder = run.split === 'largest-remainder' ? 1 : 0
  const chunk = Math.ceil(CHUNK_CELLS / layout.width)
  if (layout.hasFlow) flowTile(kernel, layout).fill(0)
  let group = 0
  for (let position = 0; position < order.length; position += chunk) {
    const filled = Math.min(position + chunk, order.length)
    fillRows(kernel, layout, run, { position, filled, first, count })
    const from = group
    while (group < groupUntil.length && (groupUntil[group] as number) <= filled) group++
    const beyond = kernel.matchGroups(from, group, count, slot, byRemainder)
    if (beyond >= 0) throw new Fault('slot-too-large', { slot: slot + beyond, most: SLOT_WH_MAX })
  }
  if (flowWh !== undefined) flowOut(kernel, layout, flowWh, { slots: run.slots, first, count })
}

function fillRows(
  { memory }: KernelExports,
  { width, places }: Layout,
  run: MatchRun,
  rows: {
    readonly position: number
    readonly filled: number
    readonly first: number
    readonly count: number
  },
): void {
  const { position, filled, first, count } = rows
  const rest = new Int32Array(memory.buffer, places.rest, filled * width)
  for (let p = position; p < filled; p++) {
    const from = (run.tree.order[p] as number) * run.stride + run.at + first
    const to = p * width
    if (count >= CALL_CELLS) rest.set(run.netWh.subarray(from, from + count), to)
    else for (let t = 0; t < count; t++) rest[to + t] = run.netWh[from + t] as number
    for (let t = count; t % LANES !== 0; t++) rest[to + t] = 0
  }
}

function flowTile({ memory }: KernelExports, { tree, width, places }: Layout): Int32Array {
  return new Int32Array(memory.buffer, places.flow, tree.rings.length * tree.meters.length * width)
}

function flowOut(
  kernel: KernelExports,
  layout: Layout,
  flowWh: Int32Array,
  tile: { readonly slots: number; readonly first: number; readonly count: number },
): void {
  const flow = flowTile(kernel, layout)
  const cells = layout.tree.rings.length * layout.tree.meters.length
  for (let cell = 0; cell < cells; cell++) {
    const from = cell * layout.width
    flowWh.set(flow.subarray(from, from + tile.count), cell * tile.slots + tile.first)
  }
}
