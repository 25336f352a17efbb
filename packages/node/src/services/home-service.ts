import type { ResponseOf } from '@tri/contract'
import { balanceOf } from '@tri/community'
import { ringDistance, type Ring } from '@tri/exchange'
import { present, slot, type Slot } from '@tri/units'

import { clipped, type SlotRange } from '../calendar.ts'
import { answerOf } from './answer.ts'
import { liveMatch, type LiveMatch } from './live-match.ts'
import { memberNeighbours } from './neighbours.ts'
import {
  allColumns,
  columnsOf,
  exchangedIn,
  ownUse,
  periodOf,
  summed,
  wholeIntervals,
  type Exchanged,
  type Period,
} from './period.ts'
import { promisedBy } from './payment-service.ts'
import { mayShowTotal, TOTAL_METERS_MIN } from './threshold.ts'
import { triangleOf, type Triangle } from './triangle.ts'
import { intervalSlotsAt, markOf, privateColumns, slotNow, type LivePower, type NodeView } from './view.ts'

export type Home = ResponseOf<'home'>
/** A home on a node that reads its meters and has the book. */
type NodeHome = Home & { readonly triangle: Triangle; readonly today: NonNullable<Home['today']> }

/** A member's home now: the answer, the picture that must balance, today, credit, and who shares with whom. */
export function homeOf(view: NodeView, member: string): NodeHome {
  const live = view.livePower()
  const match = live === undefined ? undefined : liveMatch(view, live)
  const today = todayPeriod(view)
  return {
    member,
    slot: slotNow(view),
    answer: homeAnswer(view, member, match),
    triangle: homeTriangle(view, member, { live, match }),
    today: homeToday(view, member, today),
    credit: homeCredit(view, member, today),
    shareWith: shareWith(view, member, today),
  }
}

/** The part of today that is settled already. */
function todayPeriod(view: NodeView): Period | undefined {
  const range = settledToday(view)
  return range === undefined ? undefined : periodOf(view, range)
}

function settledToday(view: NodeView): SlotRange | undefined {
  const day = view.calendar.day(view.calendar.dateOf(view.clock.nowMs()))
  if (day === undefined) return undefined
  const past = clipped(day, day.firstSlot, slotNow(view))
  const intervalSlots = intervalSlotsAt(view, day.firstSlot)
  return { firstSlot: past.firstSlot, slots: past.slots - (past.slots % intervalSlots) }
}

function homeAnswer(view: NodeView, member: string, match: LiveMatch | undefined): Home['answer'] {
  if (match === undefined) {
    const because = { code: 'readings-missing', ring: null, homes: null, spareW: null } as const
    return { code: 'no-data', untilSlot: null, because, mark: 'live' }
  }
  const own = match.columnsOf(member)
  const ownSurplusW = Math.max(0, -own.reduce((sum, column) => sum + (match.netW[column] ?? 0), 0))
  const spare = match.spareW
  const others = Array.from(spare.keys()).filter(
    (column) => !own.includes(column) && (spare[column] ?? 0) > 0,
  )
  const isPrivate = privateColumns(view, match.memberOf)
  const homes = new Set(others.map((column) => match.memberOf[column])).size
  const nearest = others
    .map((column) => match.ringBetween(own[0] ?? column, column))
    .sort((a, b) => ringDistance(a) - ringDistance(b))[0]
  return answerOf({
    now: slotNow(view),
    ownSurplusW,
    spareW: others.reduce((sum, column) => sum + (spare[column] ?? 0), 0),
    homes,
    ring: nearest ?? null,
    mayShowSpare:
      others.every((column) => isPrivate[column] === false) || mayShowTotal({ energyWh: spare, isPrivate }),
    hadSpare: spareOf(view, slotNow(view)),
  })
}

/** Whether the community had energy to spare in a slot of the day before now. */
function spareOf(view: NodeView, now: Slot): (of: Slot) => boolean | undefined {
  const range = wholeIntervals({ firstSlot: slot(Math.max(0, now - 96)), slots: 96 }, 4)
  const period = periodOf(view, range)
  return (of) => {
    if (period === undefined) return undefined
    const { flows } = period
    const t = Math.floor((of - flows.firstSlot) / flows.intervalSlots)
    if (t < 0 || t >= flows.intervals) return undefined
    const columns = allColumns(period)
    const isRead = columns.some(
      (column) => (period.input.quality[column * period.input.slots + (of - flows.firstSlot)] ?? 0) > 0,
    )
    return isRead ? summed(period, 'gridExportWh', columns, [t, t + 1]) > 0 : undefined
  }
}

function homeTriangle(
  view: NodeView,
  member: string,
  { live, match }: { readonly live: LivePower | undefined; readonly match: LiveMatch | undefined },
): Triangle {
  const own = view.document.meters.filter((meter) => meter.member === member)
  const sum = (
    role: 'connection' | 'production' | 'consumption',
    of: 'importW' | 'exportW',
  ): number | null => {
    const found = own.filter((meter) => (meter.role ?? 'connection') === role)
    const powers = found.flatMap(({ id }) => live?.byMeter.get(id) ?? [])
    return powers.length === 0 ? null : powers.reduce((before, power) => before + power[of], 0)
  }
  const columns = match?.columnsOf(member) ?? []
  const matched = (sign: 1 | -1): number =>
    columns.reduce((before, column) => before + Math.max(0, sign * (match?.sharedW[column] ?? 0)), 0)
  return triangleOf(
    {
      producedW: sum('production', 'exportW'),
      consumedW: sum('consumption', 'importW'),
      isConnectionRead: sum('connection', 'importW') !== null,
      importedW: sum('connection', 'importW') ?? 0,
      exportedW: sum('connection', 'exportW') ?? 0,
      fromNeighboursW: matched(1),
      toNeighboursW: matched(-1),
    },
    live?.at ?? view.clock.nowMs(),
  )
}

function homeToday(view: NodeView, member: string, period: Period | undefined): NodeHome['today'] {
  const date = view.calendar.dateOf(view.clock.nowMs())
  const columns = period === undefined ? [] : columnsOf(period, member)
  const range = settledToday(view) ?? { firstSlot: slotNow(view), slots: 0 }
  const byRing = (of: keyof Exchanged) =>
    Object.fromEntries((period?.rings ?? []).map((ring) => [ring, exchanged(period, ring, columns)[of]]))
  const worth = worthOf(view, period, columns)
  return {
    date,
    producedWh: roleEnergy(view, member, { role: 'production', of: 'exportWh', range }),
    consumedWh: roleEnergy(view, member, { role: 'consumption', of: 'importWh', range }),
    importWh: period === undefined ? 0 : summed(period, 'importWh', columns),
    exportWh: period === undefined ? 0 : summed(period, 'exportWh', columns),
    ownWh: period === undefined ? 0 : ownUse(period, columns),
    givenWh: byRing('givenWh'),
    receivedWh: byRing('receivedWh'),
    gridImportWh: period === undefined ? 0 : summed(period, 'gridImportWh', columns),
    gridExportWh: period === undefined ? 0 : summed(period, 'gridExportWh', columns),
    ...worth,
    mark: range.slots === 0 ? 'provisional' : markOf(view, range),
  }
}

function exchanged(period: Period | undefined, ring: Ring, columns: readonly number[]): Exchanged {
  return period === undefined ? { givenWh: 0, receivedWh: 0 } : exchangedIn(period, ring, columns)
}

/** What the columns of one member earned and spent in a period, µCC. */
function worthOf(view: NodeView, period: Period | undefined, columns: readonly number[]) {
  let [earnedMicroCredit, spentMicroCredit, received] = [0, 0, 0]
  const tariff = period?.input.charter.tariff
  for (const ring of period?.rings ?? []) {
    const { givenWh, receivedWh } = exchanged(period, ring, columns)
    const price = tariff?.ring[ring] ?? 0
    earnedMicroCredit += givenWh * price
    spentMicroCredit += receivedWh * price
    received += receivedWh
  }
  return { earnedMicroCredit, spentMicroCredit, feeMicroCredit: received * (tariff?.fee ?? 0) }
}

function roleEnergy(
  view: NodeView,
  member: string,
  {
    role,
    of,
    range,
  }: {
    readonly role: 'production' | 'consumption'
    readonly of: 'importWh' | 'exportWh'
    readonly range: SlotRange
  },
): number | null {
  const found = view.document.meters.filter((meter) => meter.member === member && meter.role === role)
  if (found.length === 0) return null
  return found.reduce(
    (sum, { id }) =>
      sum + view.household.read(id, range)[of].reduce((before, energyWh) => before + energyWh, 0),
    0,
  )
}

function homeCredit(view: NodeView, member: string, today: Period | undefined): Home['credit'] {
  const { balance, available, isPastLimit } = present(
    balanceOf(view.store, member),
    'a member has an account',
  )
  const { earnedMicroCredit, spentMicroCredit, feeMicroCredit } = worthOf(
    view,
    today,
    today === undefined ? [] : columnsOf(today, member),
  )
  const promised = promisedBy(view, member)
  return {
    balanceMicroCredit: balance,
    todayMicroCredit: earnedMicroCredit - spentMicroCredit - feeMicroCredit,
    availableMicroCredit: available - promised,
    promisedMicroCredit: promised,
    flagged: isPastLimit,
    // Of the balance: what is posted stays posted. Today's part may still be restated, by a posting of its own.
    mark: 'final',
  }
}

function shareWith(view: NodeView, member: string, period: Period | undefined): Home['shareWith'] {
  if (period === undefined) return []
  const columns = columnsOf(period, member)
  const neighbours = memberNeighbours(period.input.tree, period.input.memberOf, member)
  const mark = markOf(view, period.flows)
  return period.rings
    .map((ring) => {
      const homes = neighbours.get(ring) ?? 0
      return {
        ring,
        homes: homes < TOTAL_METERS_MIN ? null : homes,
        ...exchangedIn(period, ring, columns),
        mark,
      }
    })
    .filter(({ givenWh, receivedWh, homes }) => givenWh > 0 || receivedWh > 0 || homes !== null)
}

/** A local day of a member, quarter hour by quarter hour; undefined when there are no readings of it. */
export function homeDayOf(view: NodeView, member: string, date: string): ResponseOf<'homeDay'> | undefined {
  const day = view.calendar.day(date)
  if (day === undefined) return undefined
  const past = clipped(day, day.firstSlot, slotNow(view))
  const period = periodOf(view, wholeIntervals(past, intervalSlotsAt(view, past.firstSlot)))
  if (period === undefined) return undefined
  const columns = columnsOf(period, member)
  const produced = roleColumns(view, member, 'production', past)
  const consumed = roleColumns(view, member, 'consumption', past)
  const mark = markOf(view, past)
  const slots = Array.from({ length: past.slots }, (_, t) => ({
    slot: slot(past.firstSlot + t),
    producedWh:
      produced === undefined ? null : produced.reduce((sum, { exportWh }) => sum + (exportWh[t] ?? 0), 0),
    consumedWh:
      consumed === undefined ? null : consumed.reduce((sum, { importWh }) => sum + (importWh[t] ?? 0), 0),
    ...slotEnergy(period, columns, past.firstSlot + t),
    mark,
  })).filter(({ quality }) => quality !== 'missing')
  if (slots.length === 0) return undefined
  return { member, date, timezone: view.calendar.timezone, slots, mark }
}

function roleColumns(view: NodeView, member: string, role: 'production' | 'consumption', range: SlotRange) {
  const found = view.document.meters.filter((meter) => meter.member === member && meter.role === role)
  return found.length === 0 ? undefined : found.map(({ id }) => view.household.read(id, range))
}

const QUALITIES = ['missing', 'measured', 'substituted', 'estimated'] as const

function slotEnergy(period: Period, columns: readonly number[], of: number) {
  const { input, flows } = period
  const s = of - input.firstSlot
  const t = Math.floor(s / flows.intervalSlots)
  const isIntervalStart = s % flows.intervalSlots === 0
  const shared = period.rings.map((ring) => exchangedIn(period, ring, columns, [t, t + 1]))
  const sum = (values: Int32Array) =>
    columns.reduce((before, column) => before + (values[column * input.slots + s] ?? 0), 0)
  const worst = columns.map((column) => input.quality[column * input.slots + s] ?? 0)
  // A rule that settles hours shares once an hour: the sharing stands at the hour's first quarter.
  return {
    importWh: sum(input.importWh),
    exportWh: sum(input.exportWh),
    sharedGivenWh: isIntervalStart ? shared.reduce((before, { givenWh }) => before + givenWh, 0) : 0,
    sharedReceivedWh: isIntervalStart ? shared.reduce((before, { receivedWh }) => before + receivedWh, 0) : 0,
    quality: QUALITIES[worst.includes(0) ? 0 : Math.max(...worst)] ?? 'missing',
  }
}
