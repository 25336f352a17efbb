import type { ResponseOf } from '@tri/contract'
import { accept, present, refuse } from '@tri/units'

import type { Handlers } from '../ports.ts'
import { creditOf, meterOf, receivedOf, type SampleBook } from './sample-book.ts'
import { balanceOf, promisedBy, SAMPLE_LIMIT } from './sample-account.ts'
import { SAMPLE_TIMEZONE, pathToRoot, sampleMembers, sampleMeters, sampleNodes } from './sample-community.ts'
import { sampleDateOf, sampleDayFrom } from './sample-readings.ts'
import { SAMPLE_FEE, metersBelow, samplePrices, sampleRings } from './sample-settlement.ts'

type Home = ResponseOf<'home'>

/** Which sensors the sample's households have; without one, its value is null and the residual tells. */
export interface SampleSensors {
  readonly production: boolean
  readonly consumption: boolean
}

/** Handlers of the household's own pages. */
export function sampleHome(
  book: SampleBook,
  sensors: SampleSensors,
): Pick<Handlers, 'home' | 'homeDay' | 'nearby'> {
  return {
    home: ({ member }) => accept(homeOf(book, member, sensors)),
    homeDay({ member }, { query: { date } }) {
      const meter = meterOf(member)
      const day = sampleDayFrom(date)
      const slots = book.slotsOf(day).map((slot) => {
        const { producedWh, consumedWh, importWh, exportWh } = book.reading(meter, slot)
        const flows = book.flows(slot)
        const given = sampleRings.reduce((sum, ring) => sum + (flows.givenWh[ring][meter] ?? 0), 0)
        const received = sampleRings.reduce((sum, ring) => sum + (flows.receivedWh[ring][meter] ?? 0), 0)
        return {
          slot,
          producedWh: sensors.production ? producedWh : null,
          consumedWh: sensors.consumption ? consumedWh : null,
          importWh,
          exportWh,
          sharedGivenWh: given,
          sharedReceivedWh: received,
          quality: book.quality(meter, slot),
          mark: book.markOf(slot),
        }
      })
      if (slots.length === 0) return refuse({ code: 'day-unknown', details: { date } })
      return accept({ member, date, timezone: SAMPLE_TIMEZONE, slots, mark: book.markOfDay(day) })
    },
    nearby({ member }, { query: { slot } }) {
      const last = book.slotNow() - 1
      const asked = slot ?? last
      if (asked < book.firstSlot || asked > last) return refuse({ code: 'slot-unknown' })
      return accept(nearbyOf(book, member, asked))
    },
  }
}

function homeOf(book: SampleBook, member: string, sensors: SampleSensors): Home {
  const meter = meterOf(member)
  const sums = present(book.day(book.today())[meter], 'a member of the sample has a meter')
  const mark = book.markOfDay(book.today())
  const earned = sampleRings.reduce((sum, ring) => sum + sums.givenWh[ring] * samplePrices[ring], 0)
  const spent = earned - creditOf(sums)
  const fee = receivedOf(sums) * SAMPLE_FEE
  const balance = balanceOf(book, member)
  return {
    member,
    slot: book.slotNow(),
    answer: answerOf(book, meter),
    triangle: triangleOf(book, meter, sensors),
    today: {
      date: sampleDateOf(book.today()),
      producedWh: sensors.production ? sums.producedWh : null,
      consumedWh: sensors.consumption ? sums.consumedWh : null,
      importWh: sums.importWh,
      exportWh: sums.exportWh,
      ownWh: 0,
      givenWh: sums.givenWh,
      receivedWh: sums.receivedWh,
      gridImportWh: sums.gridImportWh,
      gridExportWh: sums.gridExportWh,
      earnedMicroCredit: earned,
      spentMicroCredit: spent,
      feeMicroCredit: fee,
      mark,
    },
    credit: {
      balanceMicroCredit: balance,
      todayMicroCredit: earned - spent - fee,
      availableMicroCredit: balance + SAMPLE_LIMIT - promisedBy(book, member),
      promisedMicroCredit: promisedBy(book, member),
      flagged: balance < -SAMPLE_LIMIT,
      mark: 'final',
    },
    shareWith: sampleRings
      .map((ring) => ({
        ring,
        homes: homesIn(meter, ring),
        givenWh: sums.givenWh[ring],
        receivedWh: sums.receivedWh[ring],
        mark,
      }))
      .filter(({ givenWh, receivedWh }) => givenWh + receivedWh > 0),
  }
}

function answerOf(book: SampleBook, meter: number): Home['answer'] {
  const slot = book.slotNow()
  const spareOf = (at: number) => book.netWh(at).map((net, i) => (i === meter ? 0 : Math.max(0, -net) * 4))
  const needW = book.netWh(slot).reduce((sum, net) => sum + Math.max(0, net) * 4, 0)
  const spare = spareOf(slot)
  const homes = spare.filter((watts) => watts > 0).length
  const spareW = spare.reduce((sum, watts) => sum + watts, 0)
  if (homes >= 5 && spareW > needW) {
    let until = slot + 1
    while (until < slot + 48 && spareOf(until).reduce((sum, watts) => sum + watts, 0) > needW) until += 1
    return {
      code: 'good-time',
      untilSlot: until,
      because: { code: 'spare-nearby', ring: 'transformer', homes, spareW },
      mark: 'live',
    }
  }
  if (spareW === 0)
    return {
      code: 'wait',
      untilSlot: null,
      because: { code: 'only-grid', ring: 'grid', homes: null, spareW: null },
      mark: 'live',
    }
  return { code: 'neutral', untilSlot: null, because: null, mark: 'live' }
}

function triangleOf(book: SampleBook, meter: number, sensors: SampleSensors): Home['triangle'] {
  const slot = book.slotNow()
  const { producedWh, consumedWh, importWh, exportWh } = book.reading(meter, slot)
  const flows = book.flows(slot)
  const given = sampleRings.reduce((sum, ring) => sum + (flows.givenWh[ring][meter] ?? 0), 0)
  const received = sampleRings.reduce((sum, ring) => sum + (flows.receivedWh[ring][meter] ?? 0), 0)
  const producedW = sensors.production ? producedWh * 4 : null
  const consumedW = sensors.consumption ? consumedWh * 4 : null
  const residualW =
    producedW === null && consumedW === null
      ? 0
      : (producedW ?? 0) + importWh * 4 - (consumedW ?? 0) - exportWh * 4
  return {
    producedW,
    consumedW,
    importedW: importWh * 4,
    exportedW: exportWh * 4,
    fromNeighboursW: received * 4,
    toNeighboursW: given * 4,
    fromGridW: (importWh - received) * 4,
    toGridW: (exportWh - given) * 4,
    residualW,
    residual01: Math.min(1, Math.abs(residualW) / Math.max(1, producedWh * 4 + importWh * 4)),
    sensors: { connection: true, ...sensors },
    at: Math.floor(book.nowMs() / 1000) * 1000,
    mark: 'live',
  }
}

function nearbyOf(book: SampleBook, member: string, slot: number): ResponseOf<'nearby'> {
  const net = book.netWh(slot)
  const totals = book.totalsOfSlot(slot)
  return {
    slot,
    slotRange: { first: book.firstSlot, last: book.slotNow() - 1 },
    nodes: sampleNodes.map(({ id, kind, parent, name, x, y }) => {
      const mine = id === `site-${member}`
      const owner = sampleMembers.find((one) => `site-${one.id}` === id)
      const blurred = owner?.kind === 'household' && !mine
      const place = (metres: number) => (blurred ? Math.round(metres / 200) * 200 : metres)
      return { id, name: blurred ? null : name, kind, parent, x: place(x), y: place(y), blurred, mine }
    }),
    edges: sampleNodes
      .filter(({ parent }) => parent !== null)
      .map(({ id }) => {
        const below = metersBelow(id).map((i) => net[i] ?? 0)
        const size = below.reduce((sum, wh) => sum + Math.abs(wh), 0)
        const hidden =
          id !== `site-${member}` && (below.length < 5 || below.some((wh) => Math.abs(wh) > 0.4 * size))
        return { node: id, flowWh: hidden ? null : below.reduce((sum, wh) => sum - wh, 0), hidden }
      }),
    ringWh: totals.ringWh,
    totals,
    meters: {
      total: sampleMeters.length,
      reporting: sampleMeters.filter((_, i) => book.quality(i, slot) !== 'missing').length,
    },
    mark: book.markOf(slot),
  }
}

/** How many others a meter may meet in a ring; null when they could be told apart. */
function homesIn(meter: number, ring: 'building' | 'street' | 'transformer'): number | null {
  const site = sampleMeters[meter]?.site ?? ''
  const above = pathToRoot(site).find((id) => sampleNodes.find((node) => node.id === id)?.kind === ring)
  const homes = above === undefined ? 0 : metersBelow(above).length - 1
  return homes < 5 ? null : homes
}
