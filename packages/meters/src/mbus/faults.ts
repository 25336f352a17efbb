import type { FaultTexts } from '@tri/units'

export const mbusFaults = {
  'mbus-silent': {
    en: 'The meter does not answer on the M-Bus. Check its address, the two wires and the power of the level converter.',
    it: 'Il contatore non risponde sul bus M-Bus. Controlla l’indirizzo, i due fili e l’alimentazione del convertitore.',
  },
  'mbus-answer-unusable': {
    en: 'The meter answers on the M-Bus, but its frames arrive damaged. Check speed and parity, the length of the wires, and whether two meters share an address.',
    it: 'Il contatore risponde sul bus M-Bus, ma i messaggi arrivano danneggiati. Controlla velocità e parità, la lunghezza dei fili e se due contatori hanno lo stesso indirizzo.',
  },
} as const satisfies FaultTexts
