import type { FaultTexts } from '@tri/units'

export const labFaults = {
  'lab-size-unusable': {
    en: 'A quorum of {count} bears no fault: choose {sizes}.',
    it: 'Un quorum di {count} non sopporta guasti: scegli {sizes}.',
  },
  'lab-folder-in-use': {
    en: '{path} holds something that is no lab: choose another folder with --data.',
    it: '{path} contiene altro, non un laboratorio: scegli un’altra cartella con --data.',
  },
  'lab-not-running': {
    en: 'No lab runs in {path}. Start one with: tri lab stewards --count 4',
    it: 'In {path} non c’è un laboratorio in funzione. Avvialo con: tri lab stewards --count 4',
  },
  'lab-steward-unknown': {
    en: 'The lab has no steward {steward}: they count from 1 to {most}.',
    it: 'Il laboratorio non ha un custode {steward}: si contano da 1 a {most}.',
  },
  'lab-steward-failed': {
    en: 'The node of steward {steward} did not come up: {reason}',
    it: 'Il nodo del custode {steward} non è partito: {reason}',
  },
  'lab-stands-still': {
    en: 'No payment became final for {seconds} seconds: the quorum does not work.',
    it: 'Per {seconds} secondi nessun pagamento è diventato definitivo: il quorum non funziona.',
  },
  'street-size-unusable': {
    en: 'A street has 1 to {most} homes, not {homes}: Borgo Sole has no more.',
    it: 'Una via ha da 1 a {most} case, non {homes}: Borgo Sole non ne ha di più.',
  },
  'street-not-running': {
    en: 'No street runs in {path}. Start one with: tri lab street --homes 20',
    it: 'In {path} non c’è una via in funzione. Avviala con: tri lab street --homes 20',
  },
  'street-home-unknown': {
    en: 'The street has no home {home}: they are home-1 to home-{most}.',
    it: 'La via non ha una casa {home}: sono da home-1 a home-{most}.',
  },
} as const satisfies FaultTexts
