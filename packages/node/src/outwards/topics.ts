/** A topic of the tree, below `tri/v1/<community>/<member>/`. */
export interface TopicFact {
  readonly path: string
  /** What its text is: a unit, or the words it can be. */
  readonly says: string
  /** Whether the broker keeps the last one for those who subscribe later. A power of an hour ago is no power of now. */
  readonly isKept: boolean
  /**
   * Whether what the broker keeps stays true while the node does not know better: a register does, the sharing of today and
   * an advice do not, and are taken back.
   */
  readonly isLasting: boolean
}

const live = { isKept: false, isLasting: false }
const kept = { isKept: true, isLasting: false }
const lasting = { isKept: true, isLasting: true }

/** What is told of the home. */
export const HOME_TOPICS = [
  { path: 'status', says: '`online` or `offline`', ...lasting },
  { path: 'power', says: 'W, into the household positive', ...live },
  { path: 'energy/import', says: 'Wh, register of the connection', ...lasting },
  { path: 'energy/export', says: 'Wh, register of the connection', ...lasting },
  { path: 'credit', says: 'CC, a decimal', ...lasting },
  { path: 'credit/micro', says: 'µCC, an integer', ...lasting },
  { path: 'shared/from-neighbours', says: 'Wh of today, as far as settled', ...kept },
  { path: 'shared/to-neighbours', says: 'Wh of today, as far as settled', ...kept },
  { path: 'advice', says: 'a sentence in the household’s language', ...kept },
  { path: 'advice/code', says: '`good-time`, `wait` or `neutral`', ...kept },
  { path: 'advice/because', says: '`own-surplus`, `spare-nearby`, `spare-later` or `only-grid`', ...kept },
  { path: 'advice/until', says: 'a UTC time, ISO 8601', ...kept },
  { path: 'advice/status', says: '`online` while there is an advice, else `offline`', ...lasting },
] as const satisfies readonly TopicFact[]
/** The path of one of HOME_TOPICS. */
export type HomeTopic = (typeof HOME_TOPICS)[number]['path']

/** What is told of a device, below `device/<id>/`. */
export const DEVICE_TOPICS = [
  { path: 'status', says: '`online` or `offline`', ...lasting },
  { path: 'power', says: 'W, into what stands behind the device positive', ...live },
  { path: 'energy/import', says: 'Wh, register', ...lasting },
  { path: 'energy/export', says: 'Wh, register', ...lasting },
  { path: 'charge', says: '%, how full a battery is', ...live },
  { path: 'temperature', says: '°C', ...live },
  { path: 'switch', says: '`on` or `off`', ...live },
] as const satisfies readonly TopicFact[]
/** The path of one of DEVICE_TOPICS. */
export type DeviceTopic = (typeof DEVICE_TOPICS)[number]['path']

/** Texts by path; a path without a text has nothing to say now. */
export type Texts<Path extends string> = Partial<Readonly<Record<Path, string>>>

/** Where the tree of one home begins. Ids of a book are letters, digits and `. _ : -`: no topic sign is among them. */
export function homeRoot({
  community,
  member,
}: {
  readonly community: string
  readonly member: string
}): string {
  return `tri/v1/${community}/${member}`
}

/** Where the tree of one of its devices begins. */
export function deviceRoot(root: string, device: string): string {
  return `${root}/device/${device}`
}
