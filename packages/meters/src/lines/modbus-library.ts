import { createRequire } from 'node:module'

import type { ModbusRTU } from 'modbus-serial/ModbusRTU.js'

// Its declarations name the class differently to Node's way of finding modules and to a bundler's; required, it is the same.
const Client: new () => ModbusRTU = createRequire(import.meta.url)('modbus-serial')

/** A client of the library, without a line yet. */
export function modbusClient(): ModbusRTU {
  return new Client()
}
