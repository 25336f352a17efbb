import type { FaultTexts } from '@tri/units'

export const snapshotFaults = {
  'export-altered': {
    en: 'Line {line} of the exported book is not what was written: {reason}. Nothing was restored; take another copy.',
    it: 'La riga {line} del libro esportato non è quella scritta: {reason}. Nulla è stato ripristinato; prendi un’altra copia.',
  },
  'restore-not-empty': {
    en: 'There is a book in {path} already. A book is restored onto an empty machine only: choose another folder.',
    it: 'In {path} c’è già un libro. Un libro si ripristina solo su una macchina vuota: scegli un’altra cartella.',
  },
  'snapshot-altered': {
    en: 'Part {chunk} of the snapshot of block {height} is not what the stewards certified: {reason}. Fetch it from another steward.',
    it: 'La parte {chunk} dell’istantanea del blocco {height} non è quella certificata dai custodi: {reason}. Scaricala da un altro custode.',
  },
} as const satisfies FaultTexts
