import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { audit, type Audit } from './audit.ts'
import { startBox, type RunningBox } from './box.ts'
import type { BoxOptions } from './box-words.ts'
import { mountDisk, newDisk, type DiskImage } from './disk-image.ts'
import { payments, type Payments } from './payments.ts'
import { layTownNetwork, type TownNetwork } from './town-network.ts'

/** What a trial builds. */
export interface TownPlan {
  readonly stewards: number
  readonly engine?: BoxOptions['engine']
  /** Size of each box's disk; without it the boxes write into plain folders. */
  readonly diskMegabytes?: number
  /** The engine's program, when it is not the one of this machine. */
  readonly program?: string
  /** How far each box's clock is ahead, for an engine that can be told: `1h`, `-20s`. */
  readonly clocks?: readonly string[]
}

/** A town of stewards' boxes that things can be done to. Boxes are counted from 0. */
export interface Town extends AsyncDisposable {
  readonly network: TownNetwork
  readonly payments: Payments
  readonly boxes: ReadonlyMap<number, RunningBox>
  /** What stood against a promise. */
  readonly broken: string[]
  /** What came later than promised, which a machine busy with something else can bring about too. */
  readonly late: string[]
  folderOf(box: number): string
  /** Where a box wrote down what it said is final. */
  trailOf(box: number): string
  start(box: number, changes?: Partial<BoxOptions>): Promise<RunningBox>
  kill(box: number, what?: 'all' | 'node' | 'engine'): Promise<void>
  /** The power of these boxes goes at one moment; they start again from what had reached their disks. */
  powerCut(boxes: readonly number[]): Promise<void>
  /** Waits until every running box has the same height and root. */
  level(patienceMs?: number): Promise<void>
  audit(): Audit
}

const PORT = 26_656
const LEVEL_MS = 60_000
const LEVEL_AGAIN_MS = 50

/** Builds a town and starts its boxes. Needs root. */
export async function buildTown(plan: TownPlan): Promise<Town> {
  const folder = await mkdtemp(join(tmpdir(), 'tri-chaos-'))
  const network = await layTownNetwork(plan.stewards)
  const town = new RunningTown(plan, folder, network)
  try {
    await town.begin()
  } catch (error) {
    await town[Symbol.asyncDispose]()
    throw error
  }
  return town
}

class RunningTown implements Town {
  readonly network: TownNetwork
  readonly boxes = new Map<number, RunningBox>()
  readonly broken: string[] = []
  readonly late: string[] = []
  readonly payments: Payments
  readonly #plan: TownPlan
  readonly #folder: string
  readonly #disks = new Map<number, DiskImage>()
  #images = 0

  constructor(plan: TownPlan, folder: string, network: TownNetwork) {
    this.#plan = plan
    this.#folder = folder
    this.network = network
    this.payments = payments(() => [...this.boxes].map(([box, { link }]) => ({ box, link })))
  }

  get #scratch(): string {
    return join(this.#folder, 'scratch')
  }

  async begin(): Promise<void> {
    await mkdir(this.#scratch)
    const all = Array.from({ length: this.#plan.stewards }, (_, box) => box)
    const { diskMegabytes } = this.#plan
    for (const box of all) {
      if (diskMegabytes === undefined) await mkdir(this.folderOf(box))
      else this.#disks.set(box, await newDisk(this.#newImage(), this.folderOf(box), diskMegabytes))
    }
    await Promise.all(all.map((box) => this.start(box)))
  }

  folderOf(box: number): string {
    return join(this.#folder, `box-${box}`)
  }

  async start(box: number, changes: Partial<BoxOptions> = {}): Promise<RunningBox> {
    const steward = changes.steward ?? box
    const all = Array.from({ length: this.#plan.stewards }, (_, i) => i)
    const options: BoxOptions = {
      engine: this.#plan.engine ?? 'cometbft',
      steward,
      folder: this.folderOf(box),
      socket: this.#socketOf(box),
      trail: this.trailOf(box),
      scratch: this.#scratch,
      // A thief's copy listens where it stands, under the name of the one it was copied from.
      addresses: all.map((i) => `[${this.network.addressOf(i === steward ? box : i)}]:${PORT}`),
      announced: all.map((i) => `[${this.network.addressOf(i)}]:${PORT}`),
      others: all.filter((i) => i !== box).map((i) => this.#socketOf(i)),
      isRemounted: false,
      isThief: false,
      ...(this.#plan.program === undefined ? {} : { program: this.#plan.program }),
      clockAhead: this.#plan.clocks?.[box] ?? '0s',
      ...changes,
    }
    const running = await startBox(options, this.network.at(box))
    const told = this.payments.acknowledged.filter((one) => one.box === box).map(({ height }) => height)
    if (running.openedAt < Math.max(0, ...told))
      this.broken.push(
        `box ${box} came back at height ${running.openedAt} and had said ${Math.max(...told)} is final`,
      )
    this.boxes.set(box, running)
    return running
  }

  async kill(box: number, what: 'all' | 'node' | 'engine' = 'all'): Promise<void> {
    const running = this.boxes.get(box)
    if (what !== 'engine') this.boxes.delete(box)
    await running?.kill(what)
  }

  async powerCut(boxes: readonly number[]): Promise<void> {
    const cut = boxes.flatMap((box) => {
      const running = this.boxes.get(box)
      const disk = this.#disks.get(box)
      return running === undefined || disk === undefined
        ? []
        : [{ box, running, disk, copy: this.#newImage() }]
    })
    await Promise.all(cut.map(({ running }) => running.freeze()))
    await Promise.all(cut.map(({ disk, copy }) => disk.copyTo(copy)))
    for (const { box, disk, copy } of cut) {
      await this.kill(box)
      await disk[Symbol.asyncDispose]()
      this.#disks.set(box, await mountDisk(copy, this.folderOf(box)))
    }
    await Promise.all(cut.map(({ box }) => this.start(box, { isRemounted: true })))
  }

  async level(patienceMs = LEVEL_MS): Promise<void> {
    const until = performance.now() + patienceMs
    for (;;) {
      const tips = await Promise.all([...this.boxes.values()].map(tipOf))
      if (new Set(tips).size === 1 && tips[0] !== '') return
      if (performance.now() > until) return void this.broken.push(await this.#disagreement())
      await pause(LEVEL_AGAIN_MS)
    }
  }

  /** How each box says it is, for whoever looks for the reason. */
  async #disagreement(): Promise<string> {
    const told = [...this.boxes].map(async ([box, { link, lastWords }]) => {
      const status = await link.ask('status', {}).catch(String)
      return `box ${box}: ${JSON.stringify(status)} ${lastWords.slice(-5).join(' | ')}`
    })
    return `the boxes do not agree: ${(await Promise.all(told)).join('; ')}`
  }

  audit(): Audit {
    const all = Array.from({ length: this.#plan.stewards }, (_, box) => this.trailOf(box))
    const found = audit(all, this.payments.acknowledged)
    const refused = this.payments.refused.map((reason) => `an honest payment was refused: ${reason}`)
    return { ...found, broken: [...found.broken, ...refused, ...this.broken] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const box of this.boxes.keys()) await this.kill(box)
    for (const disk of this.#disks.values()) await disk[Symbol.asyncDispose]()
    await this.network[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
  }

  #socketOf(box: number): string {
    return join(this.#folder, `box-${box}.sock`)
  }

  trailOf(box: number): string {
    return join(this.#folder, `box-${box}.trail`)
  }

  #newImage(): string {
    return join(this.#folder, 'disks', `${++this.#images}.img`)
  }
}

/** Height and root of a box; nothing when it does not answer, and then it is not level with anybody. */
async function tipOf({ link }: RunningBox): Promise<string> {
  try {
    const { height, root } = await link.ask('status', {})
    return `${height}/${root.slice(0, 16)}`
  } catch (error) {
    if (error instanceof Error) return ''
    throw error
  }
}
