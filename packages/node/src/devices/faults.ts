import type { FaultTexts } from '@tri/units'

export const devicesFaults = {
  'protocol-unknown': {
    en: 'There is no protocol {protocol}. Choose one of: {known}.',
    it: 'Non esiste il protocollo {protocol}. Scegline uno tra: {known}.',
  },
  'meter-key-unusable': {
    en: 'A meter’s key has 32 hexadecimal digits; this one has {length} characters. Copy it as the grid operator gave it.',
    it: 'La chiave di un contatore ha 32 cifre esadecimali; questa ha {length} caratteri. Copiala come l’ha data il distributore.',
  },
} as const satisfies FaultTexts
