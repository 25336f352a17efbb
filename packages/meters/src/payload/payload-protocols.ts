import { evcc } from './evcc.ts'
import { homeAssistant } from './home-assistant.ts'
import { homeWizard } from './homewizard.ts'
import { openEms } from './openems.ts'
import type { PayloadProtocol } from './payload-reader.ts'
import { shelly } from './shelly.ts'
import { tasmota } from './tasmota.ts'

/** Every family of devices that speak in messages, the most particular first: so a message finds its own. */
export const PAYLOAD_PROTOCOLS: readonly PayloadProtocol[] = [
  openEms,
  homeAssistant,
  tasmota,
  homeWizard,
  evcc,
  shelly,
]
