import type { FaultTexts } from '@tri/units'

export const decodeFaults = {
  'capture-empty': {
    en: 'The capture is empty. Record the line for as long as two telegrams take, and try again.',
    it: 'La cattura è vuota. Registra la linea per il tempo di due telegrammi, e riprova.',
  },
  'capture-too-long': {
    en: 'The capture is longer than 256 MB. Cut a piece out of it: a few minutes are enough.',
    it: 'La cattura supera 256 MB. Tagliane un pezzo: bastano pochi minuti.',
  },
  'capture-unpackable': {
    en: 'The capture is compressed but damaged: it cannot be unpacked. Compress it again, or give it as it was recorded.',
    it: 'La cattura è compressa ma rovinata: non si può aprire. Comprimila di nuovo, o dalla com’era.',
  },
  'protocol-not-recognised': {
    en: 'The capture looks like no protocol that the node knows. Look at speed and format of the line, or name the protocol with --protocol.',
    it: 'La cattura non somiglia a nessun protocollo noto al nodo. Controlla velocità e formato della linea, o indica il protocollo con --protocol.',
  },
  'no-frame-found': {
    en: 'No frame of the named protocol is in the capture. Leave the protocol out to let the node look for it.',
    it: 'Nella cattura non c’è alcun frame del protocollo indicato. Togli il protocollo per lasciarlo cercare al nodo.',
  },
} as const satisfies FaultTexts
