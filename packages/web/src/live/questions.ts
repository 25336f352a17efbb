import { question } from './loaded.ts'
import { node } from './node.ts'

/** What the pages ask the node, each with its key as text: a date, a slot, a month, or empty. */

export const askHome = question<'home'>((_, stop) => node.home({}, stop))
export const askHomeDay = question<'homeDay'>((date, stop) => node.homeDay({ query: { date } }, stop))
export const askMembers = question<'members'>((_, stop) => node.members({}, stop))
export const askNearby = question<'nearby'>((slot, stop) =>
  node.nearby({ query: slot === '' ? {} : { slot: Number(slot) } }, stop),
)
export const askReceipt = question<'receipt'>((id, stop) => node.receipt({ params: { id } }, stop))
export const askWhySlot = question<'whySlot'>((slot, stop) =>
  node.whySlot({ query: { slot: Number(slot) } }, stop),
)
export const askLedger = question<'ledger'>((_, stop) => node.ledger({}, stop))
export const askDevices = question<'devices'>((_, stop) => node.devices({}, stop))
export const askDeviceTemplates = question<'deviceTemplates'>((_, stop) => node.deviceTemplates({}, stop))
export const askScan = question<'scan'>((_, stop) => node.scan({}, stop))
export const askMonths = question<'months'>((_, stop) => node.months({}, stop))
export const askMonthCheck = question<'checkMonth'>((month, stop) =>
  node.checkMonth({ params: { month } }, stop),
)
export const askObjections = question<'objections'>((_, stop) => node.objections({}, stop))
export const askVerification = question<'verifyMonth'>((month, stop) =>
  node.verifyMonth({ params: { month } }, stop),
)

export const RINGS = [
  'home',
  'building',
  'street',
  'transformer',
  'substation',
  'federation',
  'grid',
] as const

export type RingName = (typeof RINGS)[number]

export function ringNamed(name: string): RingName | undefined {
  return RINGS.find((ring) => ring === name)
}

/** Postings shown at a time: about a week. */
export const ACCOUNT_LINES = 20

export const askAccount = question<'account'>((cursor, stop) =>
  node.account({ query: { limit: ACCOUNT_LINES, ...(cursor === '' ? {} : { cursor }) } }, stop),
)

/** The key is a day and a ring, `2026-05-12 street`. */
export const askWhyDay = question<'whyDay'>((key, stop) => {
  const [date = '', name = ''] = key.split(' ')
  return node.whyDay({ query: { date, ring: ringNamed(name) ?? 'grid' } }, stop)
})

/** The key is a month and a rule, `2026-05 pro-rata`; without a rule the one in force. */
export const askPreview = question<'previewMonth'>((key, stop) => {
  const [month = '', rule] = key.split(' ')
  return node.previewMonth({ params: { month }, query: rule === undefined ? {} : { rule } }, stop)
})
