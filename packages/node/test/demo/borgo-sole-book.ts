import { memoryStore, signedAct } from '@tri/community'
import { typescriptKernel } from '@tri/exchange'
import { memoryReplica, openSingle, type Replica } from '@tri/ledger'
import { present, slotStart, type Slot } from '@tri/units'
import { hex, keyPairFromSeed, sha256, type KeyPair } from '@tri/units/crypto'

import { calendarOf, type Calendar } from '../../src/calendar.ts'
import { foundingAct } from '../../src/community-file/founding-act.ts'
import { openDemo, type Demo, type DemoNote, type DemoScript } from '../../src/demo/demo-play.ts'
import { demoKeySeed } from '../../src/demo/demo-seed.ts'
import { openPack, BORGO_SOLE, type Pack } from '../../src/demo/pack.ts'
import { followFinalBlocks } from '../../src/ledger/final-blocks.ts'
import { bookWriter, type BookWriter } from '../../src/services/book-writer.ts'
import { householdReadings, type HouseholdReadings } from '../../src/household/household-readings.ts'

export const coordinator = 'cooperativa'

let reading: ReturnType<typeof openPack> | undefined

/** Borgo Sole, read from its files: once for all suites, because nobody can change it. */
export async function borgoSole(): Promise<Pack> {
  reading ??= openPack(BORGO_SOLE)
  const pack = await reading
  if (!pack.ok) throw new Error(JSON.stringify(pack.refusal))
  return pack.value
}

/** A play whose wall clock moves only while somebody waits for it: nothing sleeps. */
export interface Stage {
  readonly demo: Demo
  readonly book: Replica
  readonly writer: BookWriter
  readonly household: HouseholdReadings
  readonly calendar: Calendar
  readonly notes: readonly DemoNote[]
  /** Plays until so much time has passed on the wall. */
  play(ms: number): Promise<void>
}

export interface Scene {
  readonly pack: Pack
  readonly seed: number
  readonly from: Slot
  readonly opensAt: Slot
  readonly speed?: DemoScript['speed']
  /** An earlier play's book, to go on with. */
  readonly book?: Replica
}

export async function stageOf({
  pack,
  seed,
  from,
  opensAt,
  speed = 60,
  book = memoryReplica({ kernel: typescriptKernel }),
}: Scene): Promise<Stage> {
  const { document, played } = pack
  const pairs = new Map<string, KeyPair>(
    document.members.map(({ id }) => [id, keyPairFromSeed(demoKeySeed(seed, id))]),
  )
  const keys = { keyOf: (member: string) => pairs.get(member) }
  const founding = foundingAct(document, {
    coordinator,
    publicKeyOf: (member) => pairs.get(member)?.publicKey,
    from,
  })
  const key = present(pairs.get(coordinator), 'the coordinator has a key')
  const signer = { by: coordinator, key, id: 'founding', at: slotStart(from), community: document.id }
  const ordering = openSingle({ replica: book, key, now: () => slotStart(from) })
  if (book.sequence === 0) {
    const signed = signedAct(book.store, signer, founding)
    await ordering.submit(signed)
    await ordering.settled(hex(sha256(signed.bytes)), new AbortController().signal)
  }
  const writer = bookWriter({
    store: book.store,
    ordering,
    blocks: followFinalBlocks(ordering),
    kernel: typescriptKernel,
    keys,
    now: () => slotStart(opensAt),
    newId: () => 'every act of the demo has its id',
    patience: () => new AbortController().signal,
  })
  const household = householdReadings(memoryStore())
  const notes: DemoNote[] = []
  const calendar = calendarOf(document.timezone)
  let wallMs = 0
  let endsAtMs = 0
  let stopping = new AbortController()
  const demo = openDemo(
    {
      store: book.store,
      writer,
      kernel: typescriptKernel,
      household,
      together: (work) => work(),
      wallMs: () => wallMs,
      wait: (ms) => {
        // Whoever waits once more at the end has done everything that was due before it.
        if (ms > 0 && wallMs === endsAtMs) stopping.abort()
        wallMs = Math.min(wallMs + ms, endsAtMs)
        return Promise.resolve()
      },
      note: (note) => void notes.push(note),
    },
    { document, calendar, played, from, opensAt: slotStart(opensAt), speed },
  )
  const play = async (ms: number): Promise<void> => {
    stopping = new AbortController()
    endsAtMs = wallMs + ms
    await demo.run(stopping.signal)
  }
  return { demo, book, writer, household, calendar, notes, play }
}
