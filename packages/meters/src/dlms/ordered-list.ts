import type { Axdr, AxdrList } from './axdr.ts'
import { ISKRA_SCALE, KAIFA_SCALE, type UnstatedScale } from './unstated-scale.ts'

/** A push list that sends values without saying which: the document of the meter gives their order. */
export interface OrderedList {
  readonly scale: UnstatedScale
  /** The OBIS code of each element, six bytes; an empty one for an element that is not read. */
  readonly order: readonly Uint8Array[]
}

const NOT_READ = new Uint8Array()

function code(a: number, b: number, c: number, d: number, e: number): Uint8Array {
  return Uint8Array.of(a, b, c, d, e, 255)
}

const one = (c: number, d = 7) => code(1, 0, c, d, 0)

// Kaifa, "KFM_001" (HAN object list, published by NEK), lists 1, 2 and 3: with one phase, the current
// and voltage of the others are missing; list 3 is list 2 with the clock and the registers of the hour.
const KAIFA_BEGIN = [
  code(1, 1, 0, 2, 129),
  code(0, 0, 96, 1, 0),
  code(0, 0, 96, 1, 7),
  one(1),
  one(2),
  one(3),
  one(4),
]
const KAIFA_HOUR = [code(0, 0, 1, 0, 0), one(1, 8), one(2, 8), one(3, 8), one(4, 8)]
const KAIFA_ONE_PHASE = [...KAIFA_BEGIN, one(31), one(32)]
const KAIFA_THREE_PHASES = [...KAIFA_BEGIN, one(31), one(51), one(71), one(32), one(52), one(72)]
const KAIFA = [
  [one(1)],
  KAIFA_ONE_PHASE,
  KAIFA_THREE_PHASES,
  [...KAIFA_ONE_PHASE, ...KAIFA_HOUR],
  [...KAIFA_THREE_PHASES, ...KAIFA_HOUR],
].map((order) => ({ scale: KAIFA_SCALE, order }))
const KAIFA_NAME = 'KFM'

// Elektro Celje (Slovenia), customer port, lists 1 and 2: the order that athombv/node-dsmr-parser gives for them.
const SLOVENIA_POWERS = {
  scale: ISKRA_SCALE,
  order: [
    code(0, 0, 42, 0, 0),
    code(0, 0, 96, 1, 2),
    ...[1, 2, 3, 4, 32, 52, 72, 31, 51, 71, 21, 41, 61, 22, 42, 62].map((channel) => one(channel)),
  ],
} as const satisfies OrderedList
const SLOVENIA_REGISTERS = {
  scale: ISKRA_SCALE,
  order: [
    code(0, 0, 42, 0, 0),
    code(0, 0, 96, 1, 3),
    code(0, 0, 96, 3, 10),
    code(0, 0, 96, 14, 0),
    code(1, 0, 1, 8, 0),
    code(1, 0, 1, 8, 1),
    code(1, 0, 1, 8, 2),
    code(1, 0, 2, 8, 0),
    code(1, 0, 2, 8, 1),
    code(1, 0, 2, 8, 2),
    one(3, 8),
    one(4, 8),
  ],
} as const satisfies OrderedList
const SLOVENIA_NAMES = 2

// Iskraemeco, consumer push 0-6:25.9.0: its own name, then number, time and date of the meter, then registers. It announces
// twelve elements and often ends early. Order as athombv/node-dsmr-parser gives it.
const ISKRA_PUSH = Uint8Array.of(0, 6, 25, 9, 0, 255)
const ISKRA = {
  scale: ISKRA_SCALE,
  order: [
    NOT_READ,
    NOT_READ,
    NOT_READ,
    NOT_READ,
    one(1, 8),
    one(2, 8),
    one(3, 8),
    one(4, 8),
    one(1),
    one(2),
    NOT_READ,
    NOT_READ,
  ],
} as const satisfies OrderedList

/** The order of a list's elements, found by how many there are (announced ones count) and by what the first ones are. */
export function orderOf({ elements }: AxdrList, announced: number): OrderedList | undefined {
  const [first] = elements
  if (first?.is === 'bytes' && sameBytes(first.value, ISKRA_PUSH))
    return announced === ISKRA.order.length ? ISKRA : undefined
  const kaifa = KAIFA.find(({ order }) => order.length === announced)
  if (kaifa !== undefined && isKaifa(elements)) return kaifa
  const slovenia = [SLOVENIA_POWERS, SLOVENIA_REGISTERS].find(({ order }) => order.length === announced)
  return slovenia !== undefined && isSlovenia(elements) ? slovenia : undefined
}

function isKaifa(elements: readonly Axdr[]): boolean {
  const [first] = elements
  if (elements.length === 1) return first?.is === 'number' && first.type === 'double-long-unsigned'
  return first?.is === 'bytes' && new TextDecoder('latin1').decode(first.value).startsWith(KAIFA_NAME)
}

// Both lists begin with two names; list 2 has two more elements before its registers, the second of them of two bytes.
function isSlovenia(elements: readonly Axdr[]): boolean {
  const isNamed = elements.slice(0, SLOVENIA_NAMES).every(({ is }) => is === 'bytes')
  const from = elements.length === SLOVENIA_REGISTERS.order.length ? SLOVENIA_NAMES + 2 : SLOVENIA_NAMES
  return isNamed && elements.slice(from).every(({ is }) => is === 'number')
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i])
}
