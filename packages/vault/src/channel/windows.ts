import { unreadable } from '../block/byte-reader.ts'
import { columnBytes, columnsOf, enteredFrom, type Columns } from '../block/columns.ts'
import { columnCount, type Entered } from '../entry.ts'
import { derivedKey, sealed, unsealed, type Dice } from '../keys/derived-key.ts'
import type { EpochKeys } from '../keys/epoch-keys.ts'
import { epochOf, RESOLUTIONS } from '../resolution.ts'
import { bytesIn, numberIn, type VaultStore } from '../store/vault-store.ts'
import { damageOf, reasonOf, type Blocks, type Damage } from './blocks.ts'
import type { Channel, Channels } from './channels.ts'
import { Instants } from './instants.ts'

/** Windows behind the newest that may wait for more entries, for each channel. Beyond it they are folded into blocks. */
const WINDOWS_BEHIND_MAX = 8

/** A window of a channel that is in memory: all its instants, and what is not in a block yet. */
export interface OpenWindow {
  readonly channel: Channel
  readonly start: number
  readonly instants: Instants
  /** Not in a block yet, in the order in which it was given. */
  pending: Entered[]
  /** The rows of the tail that hold what is pending. */
  tailRows: number[]
}

interface WindowPorts {
  readonly store: VaultStore
  readonly channels: Channels
  readonly blocks: Blocks
  readonly keys: EpochKeys
  readonly dice: Dice
}

/**
 * The windows that are being written. Entries are durable in the tail, encrypted rows that are cheap to add, until their
 * window is folded: then they become one block, and their rows are gone.
 */
export class Windows {
  readonly #ports: WindowPorts
  readonly #tell: (damage: Damage) => void
  /** By channel, then by start. */
  #open: Map<number, Map<number, OpenWindow>> | undefined
  #newest = new Map<number, number>()

  constructor(ports: WindowPorts, tell: (damage: Damage) => void) {
    this.#ports = ports
    this.#tell = tell
  }

  /** Forgets what is in memory; what is on the disk is read again when it is asked for. */
  forget(): void {
    this.#open = undefined
    this.#newest = new Map()
  }

  /** A window that is in memory; undefined when its blocks say everything. */
  find(channel: Channel, start: number): OpenWindow | undefined {
    return this.#loaded().get(channel.id)?.get(start)
  }

  /** The windows of a channel that hold something no block holds yet. */
  pendingOf(channel: Channel): OpenWindow[] {
    return [...(this.#loaded().get(channel.id)?.values() ?? [])].filter(({ pending }) => pending.length > 0)
  }

  /** The window, brought into memory where it is not. */
  open(channel: Channel, start: number): OpenWindow {
    const known = this.find(channel, start)
    if (known !== undefined) return known
    const instants = this.instants(channel, start)
    const window: OpenWindow = { channel, start, instants, pending: [], tailRows: [] }
    const ofChannel = this.#loaded().get(channel.id)
    if (ofChannel === undefined) this.#loaded().set(channel.id, new Map([[start, window]]))
    else ofChannel.set(start, window)
    return window
  }

  /** The instants of a window, wherever they are. */
  instants(channel: Channel, start: number): Instants {
    const open = this.find(channel, start)
    if (open !== undefined) return open.instants
    const instants = new Instants({ isDerived: channel.resolution === 'day' })
    const numbers = this.#ports.blocks.numbers(channel, start, start + 1).get(start) ?? []
    for (const number of numbers) {
      const columns = this.#ports.blocks.read(channel, start, number)
      if (columns !== undefined) for (const entered of enteredFrom(columns)) instants.play(entered)
    }
    return instants
  }

  /** The columns of a window that is one plain block and nothing else: most are, and need no instants. */
  plainColumns(channel: Channel, start: number, numbers: readonly number[]): Columns | undefined {
    const [number] = numbers
    if (number === undefined || numbers.length > 1 || this.find(channel, start) !== undefined)
      return undefined
    const columns = this.#ports.blocks.read(channel, start, number)
    return columns?.isPlain === true ? columns : undefined
  }

  /** The start of the newest window of a channel; undefined when it has none. */
  newest(channel: Channel): number | undefined {
    const known = this.#newest.get(channel.id)
    if (known !== undefined) return known
    const row = this.#ports.store.get(
      'SELECT max(window) AS newest FROM leaves WHERE is_held = 1 AND channel = ?',
      channel.id,
    )
    const starts = [...(this.#loaded().get(channel.id)?.keys() ?? [])]
    if (typeof row?.['newest'] === 'number') starts.push(row['newest'])
    if (starts.length === 0) return undefined
    return this.advance(channel, Math.max(...starts))
  }

  /** From the start of a channel's oldest window to the end of its newest; undefined when it has none. */
  extent(channel: Channel): { readonly from: number; readonly until: number } | undefined {
    const newest = this.newest(channel)
    if (newest === undefined) return undefined
    const row = this.#ports.store.get(
      'SELECT min(window) AS oldest FROM leaves WHERE is_held = 1 AND channel = ?',
      channel.id,
    )
    const oldest = typeof row?.['oldest'] === 'number' ? row['oldest'] : newest
    const from = Math.min(oldest, ...this.pendingOf(channel).map(({ start }) => start))
    return { from, until: newest + RESOLUTIONS[channel.resolution].windowMs }
  }

  /** Takes note of the newest window. */
  advance(channel: Channel, start: number): number {
    this.#newest.set(channel.id, start)
    return start
  }

  /** Writes entries to the tail, within the caller's transaction. */
  keep(window: OpenWindow, fresh: readonly Entered[]): void {
    const { store, dice, keys } = this.#ports
    const { channel, start } = window
    const bytes = sealed(
      tailKey(keys.ensured(channel.id, epochOf(channel.resolution, start))),
      columnBytes(fresh, columnCount(channel.resolution)),
      tailContext(channel, start),
      dice,
    )
    store.run('INSERT INTO tail (channel, window, bytes) VALUES (?, ?, ?)', channel.id, start, bytes)
    window.tailRows.push(numberIn(store.get('SELECT last_insert_rowid() AS id'), 'id'))
  }

  /** Puts what a window has pending into a block, within the caller's transaction. */
  fold(window: OpenWindow): void {
    const { blocks, store } = this.#ports
    const entries = window.pending.toSorted((a, b) => a.at - b.at)
    blocks.seal(window.channel, window.start, entries)
    for (const id of window.tailRows) store.run('DELETE FROM tail WHERE id = ?', id)
    window.pending = []
    window.tailRows = []
  }

  /** The windows of a channel that it is time to fold: full ones, and all behind the newest when it moved or they are many. */
  ripe(channel: Channel, hasMoved: boolean): OpenWindow[] {
    const { full } = RESOLUTIONS[channel.resolution]
    const pending = this.pendingOf(channel)
    const newest = this.newest(channel)
    const behind = pending.filter(({ start }) => start !== newest)
    const isAll = hasMoved || behind.length > WINDOWS_BEHIND_MAX
    return pending.filter((window) => window.pending.length >= full || (isAll && window.start !== newest))
  }

  /** Lets go of the windows of a channel that blocks hold wholly; the newest is kept, for what will be given again. */
  release(channel: Channel): void {
    const ofChannel = this.#loaded().get(channel.id)
    const newest = this.newest(channel)
    for (const [start, { pending }] of ofChannel ?? [])
      if (start !== newest && pending.length === 0) ofChannel?.delete(start)
  }

  #loaded(): Map<number, Map<number, OpenWindow>> {
    if (this.#open !== undefined) return this.#open
    this.#open = new Map()
    const { store, channels, keys } = this.#ports
    for (const row of store.all('SELECT id, channel, window, bytes FROM tail ORDER BY id')) {
      const channel = channels.byId(numberIn(row, 'channel'))
      const start = numberIn(row, 'window')
      try {
        const epochKey = keys.get(channel.id, epochOf(channel.resolution, start))
        if (epochKey === undefined) throw unreadable('has lost its key')
        const plain = unsealed(tailKey(epochKey), bytesIn(row, 'bytes'), tailContext(channel, start))
        const window = this.open(channel, start)
        window.tailRows.push(numberIn(row, 'id'))
        for (const entered of enteredFrom(columnsOf(plain, columnCount(channel.resolution)))) {
          window.instants.play(entered)
          window.pending.push(entered)
        }
      } catch (error) {
        this.#tell(damageOf(channel, start, null, reasonOf(error)))
      }
    }
    return this.#open
  }
}

function tailKey(epochKey: Uint8Array): Uint8Array {
  return derivedKey(epochKey, 'tri/vault-tail/1')
}

function tailContext({ meter, resolution }: Channel, start: number): Uint8Array {
  return new TextEncoder().encode(['tri/vault-tail/1', meter, resolution, start].join('\0'))
}
