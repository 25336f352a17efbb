import type { FaultTexts } from '@tri/units'

/** What people are told when the door cannot open. */
export const platformFaults = {
  'port-in-use': {
    en: 'Port {port} belongs to another program. Free is: {free}.',
    it: 'La porta {port} è di un altro programma. Libera è: {free}.',
  },
} as const satisfies FaultTexts
