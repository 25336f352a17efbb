import type { Announcement, Log, Platform } from '@tri/platform'
import { settlementRecords, type SlotRange } from '@tri/community'
import type { FinalBlock } from '@tri/ledger'
import { Fault, slot, type Slot } from '@tri/units'

import { pageDesk } from '../devices/page-desk.ts'
import { openHouseholdDesk, type HouseholdDesk } from '../devices/open-household.ts'
import { deskFigures, tellOutwards } from '../devices/tell-outwards.ts'
import { openOwnerDoor } from '../owner/door.ts'
import { runOwnerTask, type OwnerSeat } from '../owner/tasks.ts'
import { handlersFor } from '../services/handlers.ts'
import { ledgerFigures } from '../services/ledger-figures.ts'
import { rootOfRoots } from '../services/month-root.ts'
import { headOf, markOf, memberNameOf } from '../services/view.ts'
import { openSeat } from '../steward/open-seat.ts'
import { removeRunning, writeRunning } from './data-folder.ts'
import { nodeLog } from './log.ts'
import { openNode, type OpenNode, type StandingTold } from './open-node.ts'
import { openPages, type ListenOptions, type OneTimeLink } from './open-pages.ts'

/** A node that answers. */
export interface RunningNode extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly portWanted: number
  /** One line for people: the community and its size. */
  readonly community: string
  readonly links: readonly OneTimeLink[]
  readonly openedInMs: number
  /** Rejects when the node can no longer do its work. */
  readonly failed: Promise<never>
  readonly platform: Platform
}

/**
 * Runs the node of a data folder until it is disposed of.
 *
 * @throws Fault as `openNode`; `port-in-use`, `pages-not-built`
 */
export async function runNode(
  options: ListenOptions & { readonly folder: string; readonly log?: Log },
): Promise<RunningNode> {
  const startedAt = performance.now()
  const log = options.log ?? nodeLog()
  const failed = (cause: unknown) => logFailure(log, cause)
  let devices: HouseholdDesk | undefined
  const livePower = () => devices?.livePower()
  const node = await openNode(options.folder, { log, failed, livePower })
  try {
    // A damaged file of devices stops no book: the node runs, the log says why, and the devices wait.
    devices = await orTold(openHouseholdDesk(node, failed), failed)
    const { coordinator } = headOf(node.view)
    return await listenWith(node, options, {
      links: [coordinator],
      startedAt,
      log,
      ...(devices === undefined ? {} : { devices }),
    })
  } catch (cause) {
    await devices?.[Symbol.asyncDispose]()
    await node[Symbol.asyncDispose]()
    throw cause
  }
}

export interface Serving {
  /** Members for whom a first link is made. */
  readonly links: readonly string[]
  readonly startedAt: number
  readonly log: Log
  /** The devices of the household, which the node closes with itself. */
  readonly devices?: HouseholdDesk
}

/** Opens the door of a node: pages, API, live stream, and the owner's own way in. Disposing of it closes the node too. */
export async function listenWith(
  node: OpenNode,
  options: ListenOptions,
  serving: Serving,
): Promise<RunningNode> {
  await using opening = new AsyncDisposableStack()
  opening.use(node)
  const { view } = node
  const own = await ownHousehold(node, serving, opening)
  const pages = opening.use(
    await openPages(
      {
        handlers: handlersFor({ ...node, ...own.desk }),
        sessions: node.folder.sessions,
        memberName: (member) => memberNameOf(view, member),
        log: serving.log,
        figures: () => [...ledgerFigures(node, view.clock.nowMs()), ...own.figures()],
      },
      options,
    ),
  )
  const { platform, url, port, linkFor } = pages
  opening.defer(node.ledger.blocks.listen((block) => announceBlock(node, platform, block)))
  opening.defer(node.onStanding((told) => announceStanding(platform, told)))
  const steward = await openSeat(node, (cause) => logFailure(serving.log, cause))
  if (steward !== undefined) opening.use(steward)
  const seat: OwnerSeat = { node, url, linkFor, steward, devices: serving.devices }
  const door = await openOwnerDoor(node.folder.path, (task, input, progress) =>
    runOwnerTask(seat, task, input, progress),
  )
  opening.use(door)
  await writeRunning(node.folder, { pid: process.pid, url, door: door.path })
  opening.defer(() => removeRunning(node.folder))
  const failed = Promise.withResolvers<never>()
  const held = opening.move()
  const { coordinator } = headOf(view)
  return {
    url,
    port,
    portWanted: options.port,
    platform,
    failed: failed.promise,
    community: `${view.document.name}: ${view.document.members.length} members, ${view.document.meters.length} meters`,
    links: serving.links.map((member) =>
      linkFor(member, member === coordinator ? 'coordinator' : 'household'),
    ),
    openedInMs: Math.round(performance.now() - serving.startedAt),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** What a node has beside the book where it reads a household's devices: pages, figures, and word to the household's systems. */
async function ownHousehold(node: OpenNode, { devices, log }: Serving, opening: AsyncDisposableStack) {
  if (devices === undefined) return { desk: {}, figures: () => [] }
  opening.use(devices)
  const closing = new AbortController()
  opening.defer(() => closing.abort())
  const failed = (cause: unknown) => logFailure(log, cause)
  const outwards = await orTold(tellOutwards(node, devices, failed), failed)
  if (outwards !== undefined) opening.use(outwards)
  return {
    desk: { devices: pageDesk(node, devices, closing.signal) },
    figures: () => deskFigures(devices, outwards, node.view.clock.nowMs()),
  }
}

/** What could be opened; a fault of its own file is told, and it is gone without. */
async function orTold<T>(opening: Promise<T>, failed: (cause: unknown) => void): Promise<T | undefined> {
  try {
    return await opening
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    failed(cause)
    return undefined
  }
}

/** A failure in the background, as the log has it: its code, never what it is about. */
export function logFailure(log: Log, cause: unknown): void {
  log.error(
    { fault: cause instanceof Fault ? cause.code : String(cause) },
    'something in the background failed',
  )
}

/** Tells live pages what a final block brought, whichever node handed it in. */
function announceBlock(node: OpenNode, platform: Platform, { operations }: FinalBlock): void {
  for (const event of operations.flatMap(({ events }) => events)) {
    if (event.is === 'period-settled' || event.is === 'period-restated')
      announceSettled(node, platform, event.firstSlot)
    if (event.is === 'period-certified') announcePublished(node, platform, event)
  }
}

/** Tells the pages of a payer that her payment is no longer only promised. */
function announceStanding(platform: Platform, { payment, standing }: StandingTold): void {
  if (standing.is !== 'final' && standing.is !== 'refused') return
  const height = standing.is === 'final' ? standing.height : null
  const { by: member, id } = payment
  platform.announce({
    event: 'standing',
    data: { member, id, standing: standing.is, height, mark: standing.is },
  })
}

function announcePublished({ view }: OpenNode, platform: Platform, range: SlotRange): void {
  const records = settlementRecords(view.store, range)
  if (records.length === 0) return
  platform.announce({
    event: 'published',
    data: {
      month: view.calendar.monthOf(range.firstSlot),
      version: Math.max(...records.map(({ version }) => version)),
      root: rootOfRoots(records),
      mark: 'certified',
    },
  })
}

/** Tells live pages of the settlement that covers a slot. */
function announceSettled(node: OpenNode, platform: Platform, at: Slot): void {
  const record = settlementRecords(node.view.store, { firstSlot: at, slots: 1 })[0]
  const version = record?.versions.at(-1)
  if (record === undefined || version === undefined) return
  const announcement: Announcement = {
    event: 'settled',
    data: {
      firstSlot: record.firstSlot,
      untilSlot: slot(record.firstSlot + record.slots),
      version: record.version,
      root: version.root,
      mark: markOf(node.view, record),
    },
  }
  platform.announce(announcement)
}
