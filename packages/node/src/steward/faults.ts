import type { FaultTexts } from '@tri/units'

/** The sentences of a steward's life, by code. */
export const stewardFaults = {
  'steward-file-unusable': {
    en: '{path} is not what a steward’s box wrote there. It holds a key and is in no backup: make a new seat with tri steward init, then tri steward rotate.',
    it: '{path} non è ciò che la scatola di un custode vi ha scritto. Contiene una chiave e non sta in nessuna copia: crea un nuovo posto con tri steward init, poi tri steward rotate.',
  },
  'steward-address-unusable': {
    en: '{address} is not an address of a door: write host:port, such as [fd00::12]:4610. The engine takes the port above.',
    it: '{address} non è l’indirizzo di una porta: scrivi host:porta, come [fd00::12]:4610. Il motore usa la porta successiva.',
  },
  'steward-seat-absent': {
    en: 'This folder is no steward’s yet. Make it one: tri steward init --address HOST:PORT.',
    it: 'Questa cartella non è ancora di un custode. Rendila tale: tri steward init --address HOST:PORTA.',
  },
  'steward-seat-closed': {
    en: 'The door is closed: this is asked of the node that runs. Start it: tri up.',
    it: 'La porta è chiusa: questo si chiede al nodo in funzione. Avvialo: tri up.',
  },
  'invitation-unusable': {
    en: 'This is no invitation, or a part of it is missing. Copy the whole text, or ask for a new one.',
    it: 'Questo non è un invito, o ne manca un pezzo. Copia tutto il testo, o chiedine uno nuovo.',
  },
  'invitations-too-many': {
    en: 'Too many invitations are open. They end by themselves after a day.',
    it: 'Ci sono troppi inviti aperti. Scadono da soli dopo un giorno.',
  },
  'candidates-too-few': {
    en: 'With the {ready} boxes that are ready the community would have {count} stewards. A community has 1, 4, 7, 10 or 13: with two or three, one that fails stops everybody, and none protects against a liar. Invite {missing} more.',
    it: 'Con le {ready} scatole pronte la comunità avrebbe {count} custodi. Una comunità ne ha 1, 4, 7, 10 o 13: con due o tre, uno che si guasta ferma tutti, e nessuno protegge da chi mente. Invitane altri {missing}.',
  },
  'steward-unknown': {
    en: '{member} is no steward. See: tri steward status.',
    it: '{member} non è tra i custodi. Vedi: tri steward status.',
  },
  'proposal-absent': {
    en: 'There is nothing to approve. See: tri steward status.',
    it: 'Non c’è nulla da approvare. Vedi: tri steward status.',
  },
  'member-key-for-coordinator': {
    en: 'The box of {member} made a key for her. Only the coordinator {coordinator} can add it: run this on the coordinator’s node.',
    it: 'La scatola di {member} ha creato una chiave per lei. Solo chi coordina ({coordinator}) può aggiungerla: esegui il comando sul suo nodo.',
  },
} as const satisfies FaultTexts
