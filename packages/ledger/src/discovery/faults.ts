import type { FaultTexts } from '@tri/units'

/** The sentences of finding one another, by code. */
export const discoveryFaults = {
  'beacons-unusable': {
    en: 'This machine gives no socket for beacons on port {port}. Stewards are looked for at their known addresses only.',
    it: 'Questa macchina non dà un socket per i segnali sulla porta {port}. I custodi si cercano solo agli indirizzi noti.',
  },
} as const satisfies FaultTexts
