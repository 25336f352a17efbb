import type { FaultTexts } from '@tri/units'

/** The sentences of a member's own box, by code. */
export const memberBoxFaults = {
  'member-invitation-spent': {
    en: 'No steward knows the key of this invitation: another box has taken it up. Ask the coordinator for a new one; if the other box is not yours, say so at once.',
    it: 'Nessun custode conosce la chiave di questo invito: l’ha già usato un’altra scatola. Chiedine uno nuovo a chi coordina; se l’altra scatola non è tua, dillo subito.',
  },
  'member-box-absent': {
    en: 'There is no member’s box in {path}. Begin one with the text that the coordinator gives: tri follow TEXT --data {path}',
    it: 'In {path} non c’è la scatola di un socio. Iniziane una con il testo che dà chi coordina: tri follow TESTO --data {path}',
  },
  'member-box-file-unusable': {
    en: '{path} is not what a member’s box wrote there. It holds her key: ask the coordinator for a new invitation and begin in a new folder.',
    it: '{path} non è ciò che la scatola di un socio vi ha scritto. Contiene la sua chiave: chiedi un nuovo invito a chi coordina e ricomincia in una cartella nuova.',
  },
  'member-box-holds-less': {
    en: 'This is the box of {member}: it holds her own account, and no book. Ask for {wanted} at a steward’s node.',
    it: 'Questa è la scatola di {member}: contiene solo il suo conto, non il libro. Chiedi {wanted} al nodo di un custode.',
  },
  'no-steward-answers': {
    en: 'No steward answers at the doors that this box knows. Is the network there? What was proved before is kept.',
    it: 'Nessun custode risponde alle porte che questa scatola conosce. C’è la rete? Ciò che era provato resta.',
  },
  'no-steward-believed': {
    en: 'What the stewards show is not what the community signed: {places}. This box believes none of it and keeps what was proved before.',
    it: 'Ciò che i custodi mostrano non è ciò che la comunità ha firmato: {places}. Questa scatola non ci crede e tiene ciò che era provato prima.',
  },
} as const satisfies FaultTexts
