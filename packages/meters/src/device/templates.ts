import { dlmsCodec } from '../dlms/dlms-codec.ts'
import { dsmrCodec } from '../dsmr/dsmr-codec.ts'
import { iecCodec } from '../iec62056/iec-codec.ts'
import { linkyCodec } from '../linky/linky-codec.ts'
import { dzgPowerAsMeant } from '../sml/dzg-power.ts'
import { smlCodec } from '../sml/sml-codec.ts'
import type { DeviceTemplate } from './device-template.ts'
import { ocppTemplate } from './ocpp-device.ts'
import { payloadTemplates } from './payload-templates.ts'
import { registerTemplates } from './register-templates.ts'
import { linkySenses, obisSenses, sunspecInverterSenses, sunspecMeterSenses } from './senses-of-protocols.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Meters that send by themselves at their port. */
const portTemplates: readonly DeviceTemplate[] = [
  {
    id: 'p1',
    title: 'Smart meter with a P1 port (DSMR, e-MUCS and their relatives)',
    role: 'grid',
    speech: {
      by: 'frames',
      codec: dsmrCodec,
      serial: [
        { baud: 115_200, format: '8N1' },
        { baud: 9600, format: '7E1' },
      ],
    },
    senses: obisSenses,
    silentMs: 2 * MINUTE_MS,
  },
  {
    id: 'sml',
    title: 'Smart meter with an optical head that speaks SML (eHZ, mME, Iskra, Holley, ...)',
    role: 'grid',
    speech: { by: 'frames', codec: smlCodec, serial: [{ baud: 9600, format: '8N1' }] },
    senses: obisSenses,
    mends: dzgPowerAsMeant,
    silentMs: 2 * MINUTE_MS,
  },
  {
    id: 'iec62056',
    title: 'Meter with an optical head that sends its readout by itself (IEC 62056-21, mode D)',
    role: 'grid',
    speech: {
      by: 'frames',
      codec: iecCodec,
      serial: [
        { baud: 9600, format: '7E1' },
        { baud: 2400, format: '7E1' },
      ],
    },
    senses: obisSenses,
    silentMs: 5 * MINUTE_MS,
  },
  {
    id: 'han',
    title:
      'Smart meter with a HAN or customer port that pushes DLMS (Aidon, Kaifa, Kamstrup, Landis+Gyr, Iskra)',
    role: 'grid',
    speech: {
      by: 'frames',
      codec: dlmsCodec,
      serial: [
        { baud: 2400, format: '8E1' },
        { baud: 115_200, format: '8N1' },
      ],
    },
    senses: obisSenses,
    silentMs: 2 * HOUR_MS,
  },
  {
    id: 'linky',
    title: 'Linky with its TIC output (historic at 1200 baud, standard at 9600)',
    role: 'grid',
    speech: {
      by: 'frames',
      codec: linkyCodec,
      serial: [
        { baud: 1200, format: '7E1' },
        { baud: 9600, format: '7E1' },
      ],
    },
    senses: linkySenses,
    silentMs: 2 * MINUTE_MS,
  },
  {
    id: 'sunspec-meter',
    title: 'SunSpec meter (models 201 to 204, 211 to 214)',
    role: 'grid',
    speech: { by: 'sunspec', models: [1, 201, 202, 203, 204, 211, 212, 213, 214] },
    senses: sunspecMeterSenses,
    silentMs: 2 * MINUTE_MS,
  },
  {
    id: 'sunspec-inverter',
    title: 'SunSpec inverter, with its battery where it has one (models 101 to 113, 124, 701, 713, 802)',
    role: 'plant',
    speech: { by: 'sunspec', models: [1, 101, 102, 103, 111, 112, 113, 124, 701, 713, 802] },
    senses: sunspecInverterSenses,
    silentMs: HOUR_MS,
  },
]

/** Every kind of device that the node knows, by its id. */
export const DEVICE_TEMPLATES: ReadonlyMap<string, DeviceTemplate> = new Map(
  [...portTemplates, ...payloadTemplates, ...registerTemplates, ocppTemplate].map((template) => [
    template.id,
    template,
  ]),
)
