import type { BoxReport } from '@tri/node'

import { credits } from '../quantities.ts'

/** The state that proves a balance; `at` in ms since 1970 UTC. */
interface ProvedState {
  readonly height: number
  readonly at: number
  readonly signatures: number
  readonly of: number
}

/** Which block proves a balance, for people. */
export function provedLine(proved: ProvedState): string {
  const { height, at, signatures, of } = proved
  return `proved by block ${height} of ${moment(at)}, signed by ${signatures} of ${of} steward${of === 1 ? '' : 's'}`
}

/** What a member's own box knows, for people. */
export function boxLines(report: BoxReport): string[] {
  const { member, community, balanceMicroCredit, availableMicroCredit, proved, promised, lines } = report
  if (proved === null || balanceMicroCredit === null || availableMicroCredit === null)
    return [`${member}: nothing is proved yet`, ...standingLines(report)]
  return [
    `${member} in ${community.name ?? community.id ?? '?'}: ${credits(balanceMicroCredit)}, may spend ${credits(availableMicroCredit)}`,
    provedLine(proved),
    `${lines} line${lines === 1 ? '' : 's'} of the account here, each with its proof`,
    ...(promised === 0 ? [] : [`${promised} promised and not final yet: do not pay again`]),
    ...standingLines(report),
  ]
}

function standingLines({ lastLook, answeredAt, lies }: BoxReport): string[] {
  const since = answeredAt === null ? '' : ` since ${moment(answeredAt)}`
  return [
    ...(lastLook === 'no-steward-answers'
      ? [
          `NO steward answers${since}. What is above stays proved; what you pay is kept and goes out by itself.`,
        ]
      : []),
    ...(lastLook === 'no-steward-believed'
      ? [`NO steward is believed${since}. What is above stays proved. Tell the others.`]
      : []),
    ...lies.map(
      ({ address, place }) => `NOT BELIEVED  ${address}: ${place} is not what the community signed`,
    ),
  ]
}

function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`
}
