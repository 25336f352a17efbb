import { METERS_MAX } from '@tri/units'
import { z } from 'zod'

/** Nodes of one network: room for a site and three levels above it for every meter. */
export const NODES_MAX = 4 * METERS_MAX
/** Letters of an id: it is a key in the book and a column title in wide files. */
export const ID_CHARACTERS_MAX = 64
export const NAME_CHARACTERS_MAX = 200

/** From the house outwards; the order in which kinds may follow each other towards the root. */
export const NODE_KINDS = ['site', 'building', 'street', 'transformer', 'substation'] as const
export type NodeKind = (typeof NODE_KINDS)[number]

const id = z
  .string()
  .regex(new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,${ID_CHARACTERS_MAX - 1}}$`))
  .describe('Letters, digits and . _ : - ; starts with a letter or a digit; at most 64')
const name = z.string().min(1).max(NAME_CHARACTERS_MAX)

const node = z.strictObject({
  id,
  kind: z.enum(NODE_KINDS).describe('The ring of two meters that meet here; never falls towards the root'),
  parent: id.optional().describe('The next node towards the public grid; only the root has none'),
  ohm: z
    .number()
    .max(1e6)
    .optional()
    .describe('Resistance of the line to the parent, in ohm; 0 when left out'),
  name: name.optional(),
  x: z.number().optional().describe('Metres east, in a plane of the community’s own'),
  y: z.number().optional().describe('Metres north, in the same plane'),
})

const member = z.strictObject({
  id,
  name: name.optional(),
  kind: z.enum(['household', 'business', 'municipality', 'cooperative']),
  publicKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('Ed25519, 32 bytes as 64 hexadecimal digits'),
})

const meter = z.strictObject({
  id,
  member: id,
  site: id.describe('The node of the network where the meter stands'),
  role: z
    .enum(['connection', 'production', 'consumption'])
    .optional()
    .describe('Only connection meters (the default) are settled; the others explain a household to itself'),
  name: name.optional(),
})

/** `tri/community/1`, before the checks that need more than one field. */
export const communityDocumentShape = z
  .strictObject({
    format: z.literal('tri/community/1'),
    id,
    name,
    timezone: z.string().min(1).max(64).describe('A zone of the IANA list, such as Europe/Rome'),
    language: z.enum(['en', 'it']).optional(),
    network: z.array(node).max(NODES_MAX),
    members: z.array(member).max(METERS_MAX),
    meters: z.array(meter).max(METERS_MAX),
    charter: z.record(z.string(), z.unknown()).describe('The rules in force: see docs/formats.md'),
  })
  .describe('A community: its network, members, meters and charter')

/** A community as its file gives it. Meters, members and nodes in the order of the file. */
export type CommunityDocument = Readonly<z.infer<typeof communityDocumentShape>>
export type NetworkEntry = CommunityDocument['network'][number]
export type MeterEntry = CommunityDocument['meters'][number]
export type MemberEntry = CommunityDocument['members'][number]
