import { Fault } from '@tri/units'
import { law } from '@tri/units/testing'
import {
  array,
  constantFrom,
  option,
  record,
  stringMatching,
  uint8Array,
  uniqueArray,
  integer,
} from 'fast-check'
import { describe, expect, test } from 'vitest'

import { base64url, fromBase64url } from '../src/chain/base64url.ts'
import { nodePrimitives } from '../src/chain/node-primitives.ts'
import {
  chainIdOf,
  genesisBytes,
  genesisDigest,
  genesisFrom,
  genesisText,
  genesisTextFrom,
  type Genesis,
} from '../src/genesis.ts'

const digest = uint8Array({ minLength: 32, maxLength: 32 })
const anyGenesis = record({
  community: stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/),
  founding: digest,
  stewards: uniqueArray(digest, { minLength: 1, maxLength: 13, selector: String }),
  previous: option(record({ genesis: digest, height: integer({ min: 1 }), block: digest }), {
    nil: undefined,
  }),
}).map(({ previous, ...rest }): Genesis => (previous === undefined ? rest : { ...rest, previous }))

describe('a genesis', () => {
  law('comes back from its bytes, and its text names it', anyGenesis, (genesis) => {
    expect(genesisFrom(genesisBytes(genesis))).toEqual(genesis)
    const text = genesisTextFrom(genesisText(nodePrimitives, genesis))
    expect(text).toMatchObject({ ok: true, value: { community: genesis.community } })
    expect(chainIdOf(genesisDigest(nodePrimitives, genesis))).toMatch(/^tri-[0-9a-f]{40}$/)
  })

  law('has another text for every other list of stewards', anyGenesis, (genesis) => {
    const other = { ...genesis, stewards: [...genesis.stewards.slice(1), new Uint8Array(32).fill(9)] }
    return genesisText(nodePrimitives, other) !== genesisText(nodePrimitives, genesis)
  })

  test('with no steward, a steward twice or a field nobody knows is none', () => {
    const key = new Uint8Array(32).fill(1)
    const genesis = { community: 'prova', founding: key, stewards: [key] }
    const refusal = (changed: object) => {
      try {
        genesisFrom(genesisBytes({ ...genesis, ...changed }))
        return 'read'
      } catch (fault) {
        return fault instanceof Fault ? String(fault.details['place']) : 'broken'
      }
    }
    expect(refusal({})).toBe('read')
    expect(refusal({ stewards: [] })).toBe('genesis.stewards')
    expect(refusal({ stewards: [key, key] })).toBe('genesis.stewards[1]')
    expect(refusal({ community: '../etc' })).toBe('genesis.community')
    expect(refusal({ previous: { genesis: key, height: 1, block: key, more: 1 } })).toBe(
      'genesis.previous.more',
    )
  })
})

describe('base64url', () => {
  law('gives back the bytes it was written from', array(integer({ min: 0, max: 255 })), (bytes) => {
    expect(fromBase64url(base64url(Uint8Array.from(bytes)))).toEqual(Uint8Array.from(bytes))
  })

  law('has one spelling', constantFrom('AB', 'A', 'AA==', 'A A', 'AA+A', 'AA/A'), (text) => {
    return fromBase64url(text) === undefined
  })
})
