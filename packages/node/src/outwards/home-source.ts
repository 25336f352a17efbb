import { balanceOf } from '@tri/community'
import { Fault, present, slot, slotStart } from '@tri/units'

import type { AccountView } from '../services/account-view.ts'
import { homeOf, type Home } from '../services/home-service.ts'
import { headOf, memberNameOf, metersOf, type NodeView } from '../services/view.ts'
import type { Advice, HomeFigures, HomeSource } from './outwards-sources.ts'

/**
 * The home of a member on a node that reads meters and has the book: the same figures as the member's own page.
 *
 * @throws Fault `outwards-member-unknown` when the book has no such member
 */
export function homeSource(view: NodeView, member: string): HomeSource {
  if (balanceOf(view.store, member) === undefined) throw new Fault('outwards-member-unknown', { member })
  return {
    community: headOf(view).community,
    member,
    name: memberNameOf(view, member)?.name ?? member,
    powerW: () => connectionPower(view, member),
    figures: () => {
      const home = homeOf(view, member)
      return {
        balanceMicroCredit: home.credit.balanceMicroCredit,
        sharedToday: sharedToday(home.today),
        advice: adviceOf(home.answer, view),
      }
    },
  }
}

/** The home of a member on her own box: what it has proved of her account, and nothing of the neighbourhood. */
export function boxSource(
  view: AccountView,
  { community, member }: Pick<HomeSource, 'community' | 'member'>,
): HomeSource {
  return {
    community,
    member,
    name: view.account.name(member)?.name ?? member,
    powerW: () => undefined,
    figures: () => ({
      balanceMicroCredit: view.account.balance(member)?.balance,
      sharedToday: undefined,
      advice: undefined,
    }),
  }
}

/** All meters of the connection, or nothing: a part of them would look like a change of power. */
function connectionPower(view: NodeView, member: string): number | undefined {
  const live = view.livePower()
  const powers = metersOf(view, member).map(({ id }) => live?.byMeter.get(id))
  if (powers.length === 0 || powers.includes(undefined)) return undefined
  return powers.reduce((sum, power) => sum + (power?.importW ?? 0) - (power?.exportW ?? 0), 0)
}

function sharedToday({ receivedWh, givenWh }: NonNullable<Home['today']>): HomeFigures['sharedToday'] {
  if (Object.keys(receivedWh).length === 0) return undefined
  return { fromNeighboursWh: withNeighbours(receivedWh), toNeighboursWh: withNeighbours(givenWh) }
}

/** What one household moves between its own meters is shared with nobody. */
function withNeighbours(byRing: Readonly<Record<string, number | null | undefined>>): number {
  return Object.entries(byRing)
    .filter(([ring]) => ring !== 'home' && ring !== 'grid')
    .reduce((sum, [, energyWh]) => sum + (energyWh ?? 0), 0)
}

function adviceOf({ code, because, untilSlot }: Home['answer'], view: NodeView): Advice | undefined {
  if (code === 'no-data' || because === null || because.code === 'readings-missing') return undefined
  const at = untilSlot === null ? undefined : slotStart(slot(untilSlot))
  const until = at === undefined ? undefined : { at, wallTime: timeOfDay(view.calendar.wallTime(at)) }
  return { code, because: because.code, until }
}

/** `12:15` of `2026-05-01T12:15+02:00`. */
function timeOfDay(wallTime: string): string {
  return present(/T(\d\d:\d\d)/.exec(wallTime)?.[1], 'wall time has an hour')
}
