import { runDemo } from '@tri/node'

import type { Site } from './site.ts'

/** Who walks through Borgo Sole in journeys and pictures. */
const HOUSEHOLD = 'casa-09'
const COORDINATOR = 'cooperativa'

/** Borgo Sole itself: the real node on the real pack, its clock standing where its past ends. */
export async function openBorgoSole(): Promise<Site> {
  const node = await runDemo({ port: 0, lan: false, speed: 60, seed: 7, still: true })
  return {
    origin: node.url,
    householdPath: () => node.platform.oneTimePath({ role: 'household', member: HOUSEHOLD }),
    coordinatorPath: () => node.platform.oneTimePath({ role: 'coordinator', member: COORDINATOR }),
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  }
}
