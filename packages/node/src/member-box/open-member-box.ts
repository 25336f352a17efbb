import { join } from 'node:path'

import { operationFrom, type AccountLine, type KeyValue, type SignedOperation } from '@tri/community'
import {
  genesisBehind,
  connectToDoor,
  genesisBytes,
  lockFolder,
  openFollower,
  openMemberClient,
  openSqliteStore,
  outboxIn,
  type Carried,
  type ClientPatience,
  type Follower,
  type MemberClient,
} from '@tri/ledger'
import { Fault, canonicalBytes, epochMs, fromOwnBytes, type EpochMs } from '@tri/units'
import { keyPairFromSeed, type KeyPair } from '@tri/units/crypto'
import { z } from 'zod'

import { calendarOf } from '../calendar.ts'
import type { Outbox } from '../ledger/outbox.ts'
import type { AccountView } from '../services/account-view.ts'
import type { Doing } from '../services/book-writer.ts'
import { boxAccount } from './box-account.ts'
import { boxCommunity, type BoxCommunity } from './box-community.ts'
import { boxDoors, type BoxDoors } from './box-doors.ts'
import { readBoxFile, writeBoxFile, type BoxFile } from './box-file.ts'
import { boxOutbox } from './box-outbox.ts'
import { ownLines, type OwnLines } from './own-lines.ts'
import { signedBy, stewardCount, takeUpInvitation } from './take-up.ts'

/** Settled periods of which the record and the totals are asked for after one look: the newest of those that came. */
const PERIODS_MAX = 8
const ANSWERED = 'box/answered'
const GENESIS = 'box/genesis'

/** How a box is opened; a test hands in its own. */
export interface MemberBoxOptions {
  readonly signal: AbortSignal
  readonly now?: () => EpochMs
  readonly ways?: readonly ('beacon' | 'name')[]
  readonly patience?: Partial<ClientPatience>
  /** Told when a payment stands otherwise than before. */
  readonly changed?: (carried: Carried) => void
}

/** When and by whom the box was answered last. */
export interface Answered {
  /** ms since 1970 UTC of the last look that a steward answered and was believed; undefined before the first. */
  readonly at: EpochMs | undefined
  /** What came of the last look since the box was opened; undefined before it. */
  readonly last: 'believed' | 'no-steward-answers' | 'no-steward-believed' | undefined
  /** Stewards who could not be believed at that look, and where it shows. */
  readonly lies: readonly { readonly address: string; readonly place: string }[]
}

/** A member's own box that this process has open: her account, proved, and the way of her operations to the stewards. */
export interface MemberBox extends AsyncDisposable {
  readonly folder: string
  readonly member: string
  /** The text of the genesis. */
  readonly genesis: string
  /** The genesis itself, canonical; undefined until a steward has shown it. */
  readonly genesisDocument: Uint8Array | undefined
  readonly follower: Follower
  readonly lines: OwnLines
  readonly community: BoxCommunity
  readonly view: AccountView
  readonly answered: Answered
  readonly client: MemberClient
  readonly outbox: Pick<Outbox, 'send' | 'entry' | 'entriesOf'>
  readonly sign: (doing: Doing) => SignedOperation
  /** Asks the stewards once: balance, new lines, settled periods, who is in the community. @throws the signal's reason */
  look(signal: AbortSignal): Promise<Answered>
}

/**
 * Opens a member's own box. An invitation that was not taken up yet is taken up first, which needs a steward; everything else
 * works without.
 *
 * @throws Fault `data-folder-in-use`, `member-box-file-unusable`, `follower-tampered`, `no-steward-answers`,
 *               `member-invitation-spent`
 */
export async function openMemberBox(path: string, options: MemberBoxOptions): Promise<MemberBox> {
  const file = await readBoxFile(path)
  await using opening = new AsyncDisposableStack()
  opening.use(lockFolder(path))
  const store = openSqliteStore(join(path, 'follower.sqlite'))
  opening.defer(() => store.close())
  const key = keyPairFromSeed(file.seed)
  // The doors are those of the stewards whom the follower has proved, which it asks at these doors.
  const holder: { follower?: Follower } = {}
  const now = clockBehind(options.now ?? (() => epochMs(Date.now())), () => holder.follower?.view?.time)
  const doors = opening.use(await boxDoors(file, () => holder.follower?.view, options.ways))
  const follower = openFollower({ ...file, store, caller: () => ({ key }), doors: () => doors.any() })
  holder.follower = follower
  opening.defer(() => follower[Symbol.dispose]())
  if (file.invitedSeed !== undefined) await begin(path, { file, store, doors, now, options })
  const ground: BoxGround = { path, file, store, doors, now, follower, key }
  const box = boxOn(ground, options, () => held.disposeAsync())
  opening.use(box.client)
  // An account is shown from what is proved: without anything there is nothing to open.
  if (follower.view === undefined) await box.look(options.signal)
  if (follower.view === undefined)
    throw new Fault(box.answered.last ?? 'no-steward-answers', { places: placesOf(box.answered) })
  const held = opening.move()
  return box
}

/** A box whose clock stands still, or was never set, goes by the newest block that it has proved. */
function clockBehind(clock: () => EpochMs, proved: () => EpochMs | undefined): () => EpochMs {
  return () => epochMs(Math.max(clock(), proved() ?? 0))
}

/** The places at which stewards could not be believed, for a sentence. */
export function placesOf({ lies }: Pick<Answered, 'lies'>): string {
  return lies.map(({ address, place }) => `${address} ${place}`).join(', ')
}

async function begin(
  path: string,
  of: {
    readonly file: BoxFile
    readonly store: KeyValue
    readonly doors: BoxDoors
    readonly now: () => EpochMs
    readonly options: MemberBoxOptions
  },
): Promise<void> {
  const { file, options } = of
  const { invitedSeed, ...own } = file
  if (invitedSeed === undefined) return
  const { signal, patience } = options
  await takeUpInvitation({ ...of, signal, patience }, invitedSeed)
  await writeBoxFile(path, own)
}

interface BoxGround {
  readonly path: string
  readonly file: BoxFile
  readonly store: KeyValue
  readonly doors: BoxDoors
  readonly now: () => EpochMs
  readonly follower: Follower
  readonly key: KeyPair
}

function boxOn(ground: BoxGround, options: MemberBoxOptions, close: () => Promise<void>): MemberBox {
  const { path, file, store, doors, now, follower, key } = ground
  const { member, genesis } = file
  const lines = ownLines(store, follower)
  const community = boxCommunity(store, follower)
  const carried = outboxIn(store)
  const client = openMemberClient({
    caller: () => ({ key }),
    outbox: carried,
    doors: () => doors.known(),
    stewards: () => stewardCount(follower),
    genesis,
    ...(options.changed === undefined ? {} : { changed: options.changed }),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  })
  const outbox = boxOutbox({ carried, client, lines, now })
  const looking = looker({ ...ground, lines, community })
  const digestOf = (operation: string): string | undefined =>
    carried.all().find(({ bytes }) => operationFrom(bytes).id === operation)?.digest
  return {
    folder: path,
    member,
    genesis,
    get genesisDocument() {
      return store.get(GENESIS)
    },
    follower,
    lines,
    community,
    client,
    outbox,
    view: {
      account: boxAccount({ member, follower, lines, community, digestOf }),
      outbox,
      clock: { nowMs: now, speed: null },
      get calendar() {
        return calendarOf(community.timezone)
      },
    },
    get answered() {
      return looking.answered
    },
    sign: ({ act, id, at }) =>
      signedBy(ground, key, act, {
        ...(id === undefined ? {} : { id }),
        ...(at === undefined ? {} : { at }),
      }),
    look: (signal) => looking.look(signal),
    [Symbol.asyncDispose]: close,
  }
}

interface Looker {
  readonly answered: Answered
  look(signal: AbortSignal): Promise<Answered>
}

/** One look after the other; two that are wanted at the same time are one. */
function looker(of: BoxGround & { readonly lines: OwnLines; readonly community: BoxCommunity }): Looker {
  const { store, now, follower, lines, community } = of
  const at = store.get(ANSWERED)
  let answered: Answered = {
    at: at === undefined ? undefined : epochMs(z.int().parse(fromOwnBytes(at))),
    last: undefined,
    lies: [],
  }
  const lookOnce = async (signal: AbortSignal): Promise<Answered> => {
    const synced = await follower.sync(signal)
    if (!synced.ok) {
      answered = { ...answered, last: synced.refusal.is, lies: synced.refusal.lies }
      return answered
    }
    const came = await lines.fetch(synced.value.view.balance.lines, signal)
    await learnPeriods(follower, came, signal)
    await community.ask(now(), signal)
    if (store.get(GENESIS) === undefined) await learnGenesis(of, signal)
    const moment = now()
    store.set(ANSWERED, canonicalBytes(moment))
    answered = { at: moment, last: 'believed', lies: synced.value.lies }
    return answered
  }
  let looking: Promise<unknown> = Promise.resolve()
  return {
    get answered() {
      return answered
    },
    look(signal) {
      const mine = looking.then(() => lookOnce(signal))
      looking = mine.catch(() => undefined)
      return mine
    },
  }
}

/** The records and totals of periods that were settled since: public, where enough meters are behind them. */
async function learnPeriods(
  follower: Follower,
  came: readonly AccountLine[],
  signal: AbortSignal,
): Promise<void> {
  const periods = new Map<
    string,
    { readonly firstSlot: number; readonly slots: number; readonly version: number }
  >()
  for (const { firstSlot, slots = 0, version = 1 } of came)
    if (firstSlot !== undefined) periods.set(`${firstSlot}/${version}`, { firstSlot, slots, version })
  for (const { firstSlot, slots, version } of [...periods.values()].slice(-PERIODS_MAX)) {
    const settlement = { is: 'settlement', until: firstSlot + slots, version } as const
    // Refused where too few meters are behind it, which is no trouble.
    const record = await follower.record(settlement, signal)
    if (record.ok) await follower.totals({ firstSlot, slots }, signal)
  }
}

/** Keeps the genesis itself beside its text, to show it when every steward is gone. */
async function learnGenesis({ store, doors, file, key }: BoxGround, signal: AbortSignal): Promise<void> {
  for (const door of doors.any()) {
    try {
      using link = await connectToDoor({ key }, door, { signal })
      store.set(GENESIS, genesisBytes(await genesisBehind(link, file.genesis)))
      return
    } catch (cause) {
      signal.throwIfAborted()
      // A steward who is away, or shows another genesis, is passed over: the next one has it too.
      if (!(cause instanceof Fault) || cause.code === 'must') throw cause
    }
  }
}
