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
} as const satisfies FaultTexts
