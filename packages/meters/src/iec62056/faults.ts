import type { FaultTexts } from '@tri/units'

export const readoutFaults = {
  'meter-address-unusable': {
    en: 'A meter cannot be called by the address “{address}”. Use at most 32 letters, digits and spaces, as printed on the meter, or none.',
    it: 'Un contatore non si può chiamare con l’indirizzo “{address}”. Usa al massimo 32 lettere, cifre e spazi, come stampati sul contatore, oppure nessuno.',
  },
} as const satisfies FaultTexts
