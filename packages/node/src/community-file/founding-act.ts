import { nanoOhmOf, type Act } from '@tri/community'
import { canonicalBytes, fromCanonicalBytes, type Slot } from '@tri/units'

import { isConnection, ringOf } from './community-tree.ts'
import type { CommunityDocument } from './document-shape.ts'

/** What a founding needs beyond the community's file. */
export interface Founding {
  /** The member who coordinates, and signs the founding. */
  readonly coordinator: string
  /** The members' public keys, 32 bytes each; a member without one gets hers from the coordinator later. */
  readonly publicKeyOf: (member: string) => Uint8Array | undefined
  /** The first slot of which statements are expected. */
  readonly from: Slot
  /** 32 random bytes that blind what stands beside a record in a proof; left out where no proof is ever made. */
  readonly leafSecret?: Uint8Array
}

/**
 * The act that founds a community as its file describes it. Only connection meters are settled, so only they enter the
 * book; names of places, coordinates and the other meters stay in the file.
 *
 * @throws Fault `bytes-not-canonical` for a charter with a number that is not a safe integer
 */
export function foundingAct(document: CommunityDocument, founding: Founding): Act {
  const { coordinator, publicKeyOf, from, leafSecret } = founding
  return {
    kind: 'community.found',
    name: document.name,
    timezone: document.timezone,
    ...(document.language === undefined ? {} : { language: document.language }),
    coordinator,
    network: document.network.map(({ id, kind, parent, ohm }) => ({
      id,
      ring: ringOf(kind),
      ...(parent === undefined ? {} : { parent }),
      nanoOhm: nanoOhmOf(ohm ?? 0),
    })),
    members: document.members.map(({ id, name, kind }) => {
      const key = publicKeyOf(id)
      return { id, ...(name === undefined ? {} : { name }), kind, keys: key === undefined ? [] : [key] }
    }),
    meters: document.meters.filter(isConnection).map(({ id, member, site }) => ({ id, member, site, from })),
    // Through the bytes that will be signed: a charter that they cannot hold is refused here, not half-way.
    charter: fromCanonicalBytes(canonicalBytes(JSON.parse(JSON.stringify(document.charter)))),
    ...(leafSecret === undefined ? {} : { leafSecret }),
  }
}
