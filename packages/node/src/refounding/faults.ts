import type { FaultTexts } from '@tri/units'

export const refoundingFaults = {
  'foundings-unreadable': {
    en: '{path} is not what a node keeps of earlier foundings. Restore it from a copy: older proofs begin there.',
    it: '{path} non è ciò che un nodo conserva delle fondazioni precedenti. Ripristinalo da una copia: le prove più vecchie cominciano lì.',
  },
  'refounding-not-asked': {
    en: 'No founding anew is being signed here: tri refounding ask begins one.',
    it: 'Qui non si sta firmando nessuna rifondazione: tri refounding ask ne comincia una.',
  },
  'refounding-elsewhere': {
    en: 'This text founds {community} anew, which is not the community of this node. Do not sign it here.',
    it: 'Questo testo rifonda {community}, che non è la comunità di questo nodo. Non firmarlo qui.',
  },
  'steward-seat-absent': {
    en: 'This folder is no steward’s: make it one with tri steward init first.',
    it: 'Questa cartella non è di un custode: rendila tale prima con tri steward init.',
  },
} as const satisfies FaultTexts
