import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { serveSample } from './sample-server.ts'

// A server for working on pages: npx node packages/platform/src/testing/serve-sample.ts [--port 8090] [--still]
// [--no-production-sensor]. Each link opens one session; ask for more with Enter.

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8090' },
    still: { type: 'boolean', default: false },
    'no-production-sensor': { type: 'boolean', default: false },
  },
})
const server = await serveSample({
  port: Number(values.port),
  still: values.still,
  webRoot: fileURLToPath(new URL('../../../web/dist', import.meta.url)),
  sensors: { production: !values['no-production-sensor'], consumption: true },
})

function tellLinks(): void {
  process.stdout.write(`household    ${server.origin}${server.householdPath()}\n`)
  process.stdout.write(`coordinator  ${server.origin}${server.coordinatorPath()}\n`)
}

tellLinks()
process.stdin.on('data', tellLinks)
