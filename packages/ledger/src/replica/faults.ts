import type { FaultTexts } from '@tri/units'

export const replicaFaults = {
  'program-too-old': {
    en: 'From block {height} on the stewards keep the book by version {version} of the rules, which this program does not know: update it. Until then it stays at the block before.',
    it: 'Dal blocco {height} i custodi tengono il libro secondo la versione {version} delle regole, che questo programma non conosce: aggiornalo. Fino ad allora resta al blocco precedente.',
  },
  'book-altered': {
    en: 'The book in {path} is not what was written at block {height}: its state does not lead to the root that was kept. Restore it from a copy, or let it be fetched from the other stewards.',
    it: 'Il libro in {path} non è quello scritto al blocco {height}: il suo stato non porta alla radice conservata. Ripristinalo da una copia, o lascia che lo si riprenda dagli altri custodi.',
  },
} as const satisfies FaultTexts
