import type { FaultTexts } from '@tri/units'

export const storeFaults = {
  'data-folder-in-use': {
    en: 'Another process of ours works in {path}. Stop it first, or choose another folder.',
    it: 'Un altro nostro processo lavora in {path}. Fermalo prima, o scegli un’altra cartella.',
  },
  'disk-full': {
    en: 'There is no room left to write {path}. Nothing was half-done: make room and try again.',
    it: 'Non c’è più spazio per scrivere {path}. Nulla è rimasto a metà: libera spazio e riprova.',
  },
  'book-unwritable': {
    en: '{path} could not be written: {reason}. Nothing was half-done. Check the disk.',
    it: 'Non è stato possibile scrivere {path}: {reason}. Nulla è rimasto a metà. Controlla il disco.',
  },
  'book-unreadable': {
    en: '{path} is not a book this node can read: {reason}. Restore it from a copy.',
    it: '{path} non è un libro che questo nodo sappia leggere: {reason}. Ripristinalo da una copia.',
  },
  'book-newer': {
    en: '{path} was written by a newer version ({version}) of the program: update this one.',
    it: '{path} è stato scritto da una versione più recente ({version}) del programma: aggiorna questo.',
  },
} as const satisfies FaultTexts
