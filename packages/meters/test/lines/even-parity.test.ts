import { law } from '@tri/units/testing'
import { integer, nat, tuple, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'

import { fromEvenParity, withEvenParity } from '../../src/lines/even-parity.ts'

test('the characters of a sign-on carry their parity on top', () => {
  const sent = withEvenParity(new TextEncoder().encode('/?!\r\n'))
  expect([...sent]).toEqual([0xaf, 0x3f, 0x21, 0x8d, 0x0a])
})

law('characters of seven bits come back as they were sent', uint8Array({ max: 127 }), (characters) => {
  expect(fromEvenParity(withEvenParity(characters))).toEqual(characters)
})

law(
  'one damaged bit makes a character SUB, never another character',
  tuple(integer({ min: 0, max: 127 }), nat({ max: 7 })),
  ([character, bit]) => {
    const [sent = 0] = withEvenParity(Uint8Array.of(character))
    return fromEvenParity(Uint8Array.of(sent ^ (1 << bit)))[0] === 0x1a
  },
)
