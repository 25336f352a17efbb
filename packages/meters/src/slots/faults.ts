import type { FaultTexts } from '@tri/units'

/** The sentences for readings that are not taken. */
export const slotFaults = {
  'source-unknown': {
    en: 'The reading came from a source that this meter does not have. Add the source to the meter.',
    it: 'La misura arriva da una fonte che questo contatore non ha. Aggiungi la fonte al contatore.',
  },
  'register-missing': {
    en: 'The reading carries none of the registers that this meter counts. Check the device’s table.',
    it: 'La misura non contiene nessuno dei registri che questo contatore conta. Controlla la tabella del dispositivo.',
  },
  'register-unusable': {
    en: 'A register was below 0, which no meter shows. Check which value is read as the register.',
    it: 'Un registro era sotto 0: nessun contatore lo mostra. Controlla quale valore viene letto come registro.',
  },
  'reading-too-late': {
    en: 'The reading is more than 40 days old: its quarter hours stay as they are.',
    it: 'La misura ha più di 40 giorni: i suoi quarti d’ora restano come sono.',
  },
  'reading-from-the-future': {
    en: 'The reading is stamped ahead of the node’s clock. Check both clocks.',
    it: 'La misura porta un’ora più avanti dell’orologio del nodo. Controlla i due orologi.',
  },
  'clock-unset': {
    en: 'The node’s clock has not been set by a time server yet: readings wait for it.',
    it: 'L’orologio del nodo non è ancora stato regolato da un server orario: le misure lo aspettano.',
  },
  'clock-unsure': {
    en: 'The node’s clock jumped: readings are left out until it has been steady for a minute. Registers lose nothing.',
    it: 'L’orologio del nodo ha fatto un salto: le misure si saltano finché resta fermo un minuto. I registri non perdono nulla.',
  },
} as const satisfies FaultTexts
