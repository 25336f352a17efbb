import { z } from 'zod'

import { communityDocumentShape } from './document-shape.ts'

/** The JSON Schema (2020-12) of `tri/community/1`, as the text of docs/schema/community-1.schema.json. */
export function communitySchemaText(): string {
  const schema = z.toJSONSchema(communityDocumentShape, { target: 'draft-2020-12' })
  const titled = {
    ...schema,
    $id: 'urn:tri:schema:community-1',
    title: 'tri/community/1',
  }
  return `${JSON.stringify(titled, null, 2)}\n`
}
