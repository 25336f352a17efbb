import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { STEWARD_COUNTS } from '@tri/community'
import { findEngine, linkBoard, type LinkBoard } from '@tri/ledger'
import { Fault, present } from '@tri/units'
import { z } from 'zod'

import { askOwnerDoor, openOwnerDoor, type TaskProgress } from '../owner/door.ts'
import { makeLabFolders, memberOf, type LabSeat } from './lab-folders.ts'
import { startLabSteward, type LabStanding, type LabSteward } from './lab-steward.ts'

/** What can be done to a running lab. */
export const LAB_FAULTS = ['kill', 'cut', 'clone'] as const
export type LabFault = (typeof LAB_FAULTS)[number]

/** A step of what happened, with the seconds since it began. */
export interface LabEvent {
  readonly atMs: number
  readonly text: string
}

/** What came of a fault that was played. */
export interface LabReport {
  readonly fault: LabFault
  readonly steward: number
  readonly events: readonly LabEvent[]
  /** Whether everything went as promised. */
  readonly held: boolean
}

/** Stewards on this machine, each with a node, an engine and pages of its own. */
export interface StewardsLab extends AsyncDisposable {
  readonly stewards: readonly LabSteward[]
}

/** Where a lab lies, how large it is, and how its nodes are run. */
export interface LabOptions {
  /** Made anew, and removed when the lab ends. */
  readonly folder: string
  readonly count: number
  /** Of the first steward's pages; the others follow. */
  readonly port: number
  /** What runs `tri` on this machine. */
  readonly command: readonly string[]
}

const MARK = 'lab.json'
const markShape = z.strictObject({ format: z.literal('tri/lab/1'), door: z.string() })
const faultShape = z.strictObject({ steward: z.int().min(1).max(13) })
const CUT_MS = 3_000
const PATIENCE_MS = 60_000
const AGAIN_MS = 100

/**
 * Founds a community, hands its book to so many stewards, and starts a node for each: a real quorum on this machine.
 *
 * @throws Fault `lab-size-unusable`, `lab-folder-in-use`, `lab-steward-failed`, `engine-absent`
 */
export async function openStewardsLab(options: LabOptions): Promise<StewardsLab> {
  const { folder, count } = options
  if (count === 1 || !STEWARD_COUNTS.includes(count))
    throw new Fault('lab-size-unusable', {
      count,
      sizes: STEWARD_COUNTS.filter((size) => size > 1).join(', '),
    })
  await findEngine()
  await emptied(folder)
  await using opening = new AsyncDisposableStack()
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const board = opening.use(linkBoard())
  const seats = await makeLabFolders(folder, count, board)
  const lab = opening.use(new Lab(options, seats, board))
  await lab.begin()
  const door = opening.use(await openOwnerDoor(folder, (task, input, tell) => lab.play(task, input, tell)))
  await writeFile(join(folder, MARK), JSON.stringify({ format: 'tri/lab/1', door: door.path }))
  const held = opening.move()
  return { stewards: lab.stewards, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

/**
 * Plays a fault on the lab that runs in a folder.
 *
 * @param tell is told each step as it happens
 * @throws Fault `lab-not-running`, `lab-steward-unknown`
 */
export async function playLabFault(
  folder: string,
  { fault, steward }: { readonly fault: LabFault; readonly steward: number },
  tell: (text: string) => void,
): Promise<LabReport> {
  const mark = await readMark(folder)
  if (mark === undefined) throw new Fault('lab-not-running', { path: folder })
  const report = await askOwnerDoor(mark.door, fault, { steward }, (text) => tell(text))
  return reportShape.parse(report)
}

const reportShape = z.strictObject({
  fault: z.enum(LAB_FAULTS),
  steward: z.int(),
  events: z.array(z.strictObject({ atMs: z.number(), text: z.string() })),
  held: z.boolean(),
})

/** A folder that holds an earlier lab, or nothing, is made empty; any other is left alone. */
async function emptied(folder: string): Promise<void> {
  const isLab = (await readMark(folder)) !== undefined
  if (isLab) await rm(folder, { recursive: true })
  try {
    await mkdir(folder, { recursive: false, mode: 0o700 })
  } catch (cause) {
    throw new Fault('lab-folder-in-use', { path: folder }, { cause })
  }
}

async function readMark(folder: string): Promise<z.infer<typeof markShape> | undefined> {
  const text = await readFile(join(folder, MARK), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : markShape.parse(JSON.parse(text))
}

/** Tells and keeps what happens while a fault is played. */
interface Story {
  tell(text: string): void
  broken(text: string): void
}

const QUIET: Story = { tell: () => undefined, broken: () => undefined }

class Lab implements AsyncDisposable {
  readonly stewards: LabSteward[] = []
  readonly #options: LabOptions
  readonly #seats: readonly LabSeat[]
  readonly #board: LinkBoard
  #playing: Promise<unknown> = Promise.resolve()

  constructor(options: LabOptions, seats: readonly LabSeat[], board: LinkBoard) {
    this.#options = options
    this.#seats = seats
    this.#board = board
  }

  async begin(): Promise<void> {
    this.stewards.push(...(await Promise.all(this.#seats.map((seat) => this.#start(seat)))))
    await this.#untilFinal(1)
    // CometBFT cannot go on when it dies within its very first block: nothing is played before all have it.
    await this.#level(QUIET)
  }

  /** Faults are played one after the other. */
  async play(fault: string, input: unknown, progress: TaskProgress): Promise<LabReport> {
    const { steward } = faultShape.parse(input)
    if (!isFault(fault)) throw new Fault('task-unknown', { task: fault })
    if (steward > this.stewards.length)
      throw new Fault('lab-steward-unknown', { steward, most: this.stewards.length })
    const before = this.#playing
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#playing = promise
    await before
    try {
      return await this.#played(fault, steward, progress)
    } finally {
      resolve(undefined)
    }
  }

  async #played(fault: LabFault, steward: number, progress: TaskProgress): Promise<LabReport> {
    const began = performance.now()
    const events: LabEvent[] = []
    let held = true
    const story: Story = {
      tell: (text) => {
        events.push({ atMs: Math.round(performance.now() - began), text })
        progress(text, 0, 1)
      },
      broken: (text) => {
        held = false
        story.tell(`BROKEN: ${text}`)
      },
    }
    await this.#acts[fault](steward, story)
    await this.#level(story)
    return { fault, steward, events, held }
  }

  readonly #acts: Readonly<Record<LabFault, (steward: number, story: Story) => Promise<void>>> = {
    kill: async (number, story) => {
      const killed = this.#steward(number)
      await killed.kill()
      story.tell(`steward ${number}: node and engine killed (kill -9)`)
      story.tell(
        `the other ${this.stewards.length - 1} make a payment final in ${await this.#untilFinal(number)} ms`,
      )
      this.stewards[number - 1] = await this.#start(killed.seat)
      story.tell(`steward ${number}: started again from its disk`)
    },
    cut: async (number, story) => {
      this.#board.part([[number], this.#others(number).map(({ seat }) => seat.number)])
      story.tell(`steward ${number}: every link to the others is cut; nobody is told`)
      story.tell(
        `the other ${this.stewards.length - 1} make a payment final in ${await this.#untilFinal(number)} ms`,
      )
      const before = await this.#steward(number).standing()
      await pause(CUT_MS)
      const after = await this.#steward(number).standing()
      if (after.operations > before.operations) story.broken(`steward ${number} went on alone`)
      else story.tell(`steward ${number}: stands still at ${after.operations} operations, alone`)
      this.#board.heal()
      story.tell('the links carry again')
    },
    clone: async (number, story) => {
      const { seat } = this.#steward(number)
      const copy = { ...seat, folder: join(this.#options.folder, 'copy') }
      await cp(seat.folder, copy.folder, { recursive: true, filter: (path) => !path.endsWith('.sock') })
      await rm(join(copy.folder, 'running.json'), { force: true })
      story.tell(`steward ${number}: its data folder is copied, keys and all, and the copy is started`)
      try {
        const clone = await this.#start(copy)
        await clone.kill()
        story.broken('the copy signs')
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        story.tell(`the copy refuses to sign: ${String(error.details['reason'])}`)
      } finally {
        await rm(copy.folder, { recursive: true, force: true })
      }
    },
  }

  /** Pays through another steward until a payment is final; ms from the first try. */
  async #untilFinal(beside: number): Promise<number> {
    const payer = this.#others(beside)[0] ?? this.#steward(beside)
    const [from, to] = [payer.seat.member, memberOf((payer.seat.number % this.stewards.length) + 1)]
    const began = performance.now()
    while (!(await payer.pay(from, to)))
      if (performance.now() - began > PATIENCE_MS)
        throw new Fault('lab-stands-still', { seconds: PATIENCE_MS / 1000 })
    return Math.round(performance.now() - began)
  }

  async #level(story: Story): Promise<void> {
    const began = performance.now()
    for (;;) {
      const standings = await Promise.all(this.stewards.map(standingOrNone))
      const [first] = standings
      const ms = Math.round(performance.now() - began)
      if (first !== undefined && standings.every((one) => one?.digest === first.digest))
        return story.tell(
          `all ${standings.length} are level after ${ms} ms: ${first.operations} operations, one state`,
        )
      if (ms > PATIENCE_MS) return story.broken(`the stewards are not level after ${ms} ms`)
      await pause(AGAIN_MS)
    }
  }

  #start(seat: LabSeat): Promise<LabSteward> {
    const { command, port } = this.#options
    return startLabSteward(seat, { command, port: port === 0 ? 0 : port + seat.number - 1 })
  }

  #steward(number: number): LabSteward {
    return present(this.stewards[number - 1], 'the lab has a steward of this number')
  }

  #others(number: number): LabSteward[] {
    return this.stewards.filter(({ seat }) => seat.number !== number)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.stewards.map((steward) => steward.stop()))
  }
}

/** A node that is just coming up answers nobody yet. */
async function standingOrNone(steward: LabSteward): Promise<LabStanding | undefined> {
  try {
    return await steward.standing()
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

function isFault(name: string): name is LabFault {
  return LAB_FAULTS.some((fault) => fault === name)
}
