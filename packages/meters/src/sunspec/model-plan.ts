import { sunspecModels, type SunSpecGroup, type SunSpecPoint } from './model-table.ts'

/** Where a scale factor is: in the group that is `depth` groups inside the model, `at` registers from its begin. */
export interface ScaleAt {
  readonly depth: number
  readonly at: number
}

/** A point, ready to be read: no name has to be looked up any more. */
export interface PointPlan {
  readonly name: string
  readonly type: string
  readonly at: number
  readonly size: number
  /** Where the scale factor is, or the power of ten it is; 0 where there is none. */
  readonly scale: ScaleAt | number
  /** Decimal places between the published unit and the one given: 3 from kWh to Wh. */
  readonly shift: number
  readonly unit: string | undefined
  readonly symbols: ReadonlyMap<number, string>
}

/** A group, ready to be read. */
export interface GroupPlan {
  readonly name: string
  readonly count: 'once' | 'rest' | ScaleAt
  readonly points: readonly PointPlan[]
  readonly groups: readonly GroupPlan[]
  /** Registers of its own points. */
  readonly size: number
}

/** The published spellings of one unit, and how many decimal places lie between it and ours. */
const UNITS: Readonly<Record<string, readonly [unit: string, shift: number]>> = {
  WH: ['Wh', 0],
  kWh: ['Wh', 3],
  Var: ['var', 0],
  Varh: ['varh', 0],
  AH: ['Ah', 0],
  kAH: ['Ah', 3],
  C: ['°C', 0],
  Pct: ['%', 0],
  Secs: ['s', 0],
  Sec: ['s', 0],
  mSecs: ['s', -3],
  'W/m^2': ['W/m2', 0],
}

const plans = new Map<number, GroupPlan | undefined>()

/** How a model is read; nothing for one that was never published. Made once for each model. */
export function modelPlan(id: number): GroupPlan | undefined {
  if (plans.has(id)) return plans.get(id)
  const model = sunspecModels().get(id)
  const plan = model === undefined ? undefined : groupPlan(model, [])
  plans.set(id, plan)
  return plan
}

/** The points of the groups around one, by name: a scale factor or a count may be in any of them. */
type Scope = ReadonlyMap<string, number>

function groupPlan(group: SunSpecGroup, outer: readonly Scope[]): GroupPlan {
  const offsets = new Map<string, number>()
  let size = 0
  for (const point of group.points) {
    offsets.set(point.name, size)
    size += point.size
  }
  const scopes = [...outer, offsets]
  return {
    name: group.name,
    count: typeof group.count === 'string' ? group.count : (placeOf(group.count.point, outer) ?? 'once'),
    points: group.points.map((point) => pointPlan(point, offsets.get(point.name) ?? 0, scopes)),
    groups: group.groups.map((inner) => groupPlan(inner, scopes)),
    size,
  }
}

function pointPlan(point: SunSpecPoint, at: number, scopes: readonly Scope[]): PointPlan {
  const { name, type, size, scale, symbols } = point
  const [unit, shift] = UNITS[point.unit ?? ''] ?? [point.unit, 0]
  const place = typeof scale === 'string' ? (placeOf(scale, scopes) ?? 0) : (scale ?? 0)
  return { name, type, at, size, scale: place, shift, unit, symbols }
}

function placeOf(name: string, scopes: readonly Scope[]): ScaleAt | undefined {
  for (let depth = scopes.length - 1; depth >= 0; depth--) {
    const at = scopes[depth]?.get(name)
    if (at !== undefined) return { depth, at }
  }
  return undefined
}
