import type { MemberName, ResponseOf } from '@tri/contract'

// A small neighbourhood for pages and tests: made up, deterministic, and complete enough for every route. The real
// demo is scenarios/borgo-sole, which goes the whole way from files to pages.

export interface SampleMeter {
  readonly id: string
  readonly member: string
  readonly site: string
  /** What the roof gives at most. */
  readonly roofW: number
  /** What the home uses on average. */
  readonly useW: number
  readonly habit: 'home' | 'evening' | 'office'
}

export type SampleNode = Pick<ResponseOf<'nearby'>['nodes'][number], 'id' | 'kind' | 'parent'> & {
  readonly name: string
  readonly x: number
  readonly y: number
}

export const SAMPLE_TIMEZONE = 'Europe/Rome'
/** Rome in summer, which is when the sample lives; its days all have 96 slots. */
export const SAMPLE_OFFSET_MS = 2 * 3_600_000
/** 2026-06-12 14:32:05 in Rome. */
export const SAMPLE_NOW_MS = Date.UTC(2026, 5, 12, 12, 32, 5)
/** 2026-04-01 00:00 in Rome: the first slot with readings. */
export const SAMPLE_FIRST_MS = Date.UTC(2026, 2, 31, 22)
/** The household whose session the sample opens. */
export const SAMPLE_HOUSEHOLD = 'home-03'
/** The member whose session is the coordinator's. */
export const SAMPLE_COORDINATOR = 'cooperative'

type Row = readonly [
  member: string,
  name: string,
  kind: MemberName['kind'],
  parent: string,
  at: readonly [x: number, y: number],
  roofW: number,
  useW: number,
  habit: SampleMeter['habit'],
]

const rows: readonly Row[] = [
  ['home-01', 'Casa Ada', 'household', 'via-po', [90, 610], 0, 420, 'evening'],
  ['home-02', 'Casa Leo', 'household', 'via-po', [170, 640], 4200, 380, 'home'],
  ['home-03', 'Casa Sole', 'household', 'via-po', [250, 655], 6000, 450, 'home'],
  ['home-04', 'Casa Riva', 'household', 'via-po', [330, 640], 0, 520, 'evening'],
  ['home-05', 'Casa Pino', 'household', 'via-po', [410, 615], 3000, 310, 'evening'],
  ['home-06', 'Casa Orto', 'household', 'via-po', [490, 590], 0, 460, 'home'],
  ['home-07', 'Interno 1', 'household', 'palazzo', [845, 520], 0, 290, 'evening'],
  ['home-08', 'Interno 2', 'household', 'palazzo', [850, 525], 0, 340, 'home'],
  ['home-09', 'Interno 3', 'household', 'palazzo', [855, 530], 3600, 260, 'evening'],
  ['home-10', 'Casa Vento', 'household', 'via-sole', [700, 480], 5000, 480, 'evening'],
  ['home-11', 'Casa Nido', 'household', 'via-sole', [770, 500], 0, 530, 'home'],
  ['home-12', 'Casa Fonte', 'household', 'via-sole', [930, 545], 0, 390, 'evening'],
  ['home-13', 'Casa Prato', 'household', 'via-mulino', [420, 180], 6000, 360, 'home'],
  ['home-14', 'Casa Gelso', 'household', 'via-mulino', [360, 130], 0, 440, 'evening'],
  ['home-15', 'Casa Noce', 'household', 'via-mulino', [300, 90], 4500, 500, 'home'],
  ['workshop', 'Officina Ferri', 'business', 'via-mulino', [240, 60], 0, 4600, 'office'],
  ['school', 'Scuola', 'municipality', 'via-mulino', [480, 140], 8000, 3600, 'office'],
  ['townhall', 'Municipio', 'municipality', 'via-sole', [640, 440], 0, 3400, 'office'],
  ['cooperative', 'Cooperativa Borgo Sole', 'cooperative', 'via-po', [570, 560], 9000, 150, 'office'],
]

/** Members in the order of their ids. */
export const sampleMembers: readonly MemberName[] = rows
  .map(([id, name, kind]) => ({ id, name, kind }))
  .toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** One meter a member, in the order of their ids. */
export const sampleMeters: readonly SampleMeter[] = rows
  .map(([member, , , , , roofW, useW, habit]) => ({
    id: `m-${member}`,
    member,
    site: `site-${member}`,
    roofW,
    useW,
    habit,
  }))
  .toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** The network: one transformer, three streets, one building of three flats. */
export const sampleNodes: readonly SampleNode[] = [
  { id: 'cabina', kind: 'transformer', parent: null, name: 'Cabina Borgo', x: 560, y: 360 },
  { id: 'via-po', kind: 'street', parent: 'cabina', name: 'Via Po', x: 330, y: 560 },
  { id: 'via-sole', kind: 'street', parent: 'cabina', name: 'Via del Sole', x: 760, y: 440 },
  { id: 'via-mulino', kind: 'street', parent: 'cabina', name: 'Via Mulino', x: 400, y: 240 },
  { id: 'palazzo', kind: 'building', parent: 'via-sole', name: 'Palazzo Verde', x: 840, y: 500 },
  ...rows.map(([member, name, , parent, [x, y]]): SampleNode => ({
    id: `site-${member}`,
    kind: 'site',
    parent,
    name,
    x,
    y,
  })),
]

/** How a member is shown to others: a household only by its id. */
export function sampleMemberName(member: string): MemberName | undefined {
  return sampleMembers.find(({ id }) => id === member)
}

/** The nodes from a meter's site up to the root. */
export function pathToRoot(node: string): readonly string[] {
  const found = sampleNodes.find(({ id }) => id === node)
  if (found === undefined) return []
  return found.parent === null ? [node] : [node, ...pathToRoot(found.parent)]
}
