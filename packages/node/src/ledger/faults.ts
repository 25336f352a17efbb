import type { FaultTexts } from '@tri/units'

export const nodeLedgerFaults = {
  'operation-not-taken': {
    en: 'No steward could take this now ({reason}). Nothing was done: try again in a minute. See: tri status.',
    it: 'Ora nessun custode può prenderlo in carico ({reason}). Nulla è stato fatto: riprova tra un minuto. Vedi: tri status.',
  },
  'operation-not-final': {
    en: 'A steward has taken this, but the stewards have not agreed on it yet: too few of them answer. It becomes final by itself when they do; do not do it again. See: tri status.',
    it: 'Un custode l’ha preso in carico, ma i custodi non sono ancora d’accordo: troppo pochi rispondono. Diventerà definitivo da sé quando risponderanno; non rifarlo. Vedi: tri status.',
  },
  'ledger-file-unusable': {
    en: '{path} does not say which engine keeps the book: {reason}. Restore it from a copy.',
    it: '{path} non dice quale motore tiene il libro: {reason}. Ripristinalo da una copia.',
  },
  'export-absent': {
    en: '{path} holds no exported book (book.jsonl and community.json). Name the folder that tri ledger export wrote.',
    it: 'In {path} non c’è un libro esportato (book.jsonl e community.json). Indica la cartella scritta da tri ledger export.',
  },
  'genesis-differs': {
    en: 'The exported book begins with {found}, and the printed text says {printed}: it is not this community’s book. Nothing was restored.',
    it: 'Il libro esportato comincia con {found}, e il testo stampato dice {printed}: non è il libro di questa comunità. Nulla è stato ripristinato.',
  },
  'ledger-closed': {
    en: 'The node stopped before this was final. Start it again: what was taken goes on by itself.',
    it: 'Il nodo si è fermato prima che fosse definitivo. Riavvialo: ciò che era preso in carico prosegue da sé.',
  },
} as const satisfies FaultTexts
