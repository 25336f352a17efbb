import { readFile } from 'node:fs/promises'

import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'

import { communitySchemaText } from '../../src/community-file/schema.ts'
import { smallestCommunity } from './smallest.ts'

test('the schema in the docs is the shape the program parses with', async () => {
  const published = await readFile(
    new URL('../../../../docs/schema/community-1.schema.json', import.meta.url),
    'utf8',
  )
  expect(published).toBe(communitySchemaText())
})

test('a validator that knows only the schema accepts the smallest community and refuses a misspelt field', () => {
  const validate = new Ajv2020().compile(JSON.parse(communitySchemaText()))
  expect(validate(smallestCommunity)).toBe(true)
  expect(validate({ ...smallestCommunity, netwrok: [] })).toBe(false)
})
