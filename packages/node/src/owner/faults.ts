import type { FaultTexts } from '@tri/units'

/** What the owner of a data folder is told when a proof cannot be made, or her vault not reached. */
export const ownerFaults = {
  'posting-unknown': {
    en: 'The operation “{posting}” posted nothing to the account of {member}. The statement of the account names them: tri credit ledger.',
    it: 'L’operazione «{posting}» non ha scritto nulla sul conto di {member}. L’estratto conto le elenca: tri credit ledger.',
  },
  'slot-not-settled': {
    en: 'The quarter hour {slot} is not settled yet: there is nothing to prove.',
    it: 'Il quarto d’ora {slot} non è ancora regolato: non c’è nulla da provare.',
  },
  'period-too-short': {
    en: 'The quarter hour {slot} was settled in a period of less than a day. A proof of it would let a neighbour’s reading be worked out, so none is given.',
    it: 'Il quarto d’ora {slot} è stato regolato in un periodo più breve di un giorno. Una prova permetterebbe di ricavare la lettura di un vicino, perciò non viene data.',
  },
  'meter-not-hers': {
    en: '{member} has no meter {meter}. Only a member’s own meters are proved.',
    it: '{member} non ha un contatore {meter}. Si provano solo i contatori del socio stesso.',
  },
  'vault-absent': {
    en: 'There is no vault in {path} yet: it begins when the node reads its first device. Next: tri device add, then tri up. A backup is put back with tri vault restore.',
    it: 'In {path} non c’è ancora un deposito: nasce quando il nodo legge il suo primo dispositivo. Poi: tri device add, e tri up. Una copia si rimette con tri vault restore.',
  },
  'vault-present': {
    en: 'There is a vault at {path} already, and no backup is put over it. Restore into another data folder, or move that vault away first.',
    it: 'In {path} c’è già un deposito, e nessuna copia ci viene scritta sopra. Ripristina in un’altra cartella, o sposta prima quel deposito.',
  },
  'vault-node-running': {
    en: 'The node of {path} is running. Stop it before a vault is put back.',
    it: 'Il nodo di {path} è in funzione. Fermalo prima di rimettere un deposito.',
  },
  'vault-key-absent': {
    en: 'The key of the vault is not at {path}. Put its copy there, or add --with-key where the backup carries it.',
    it: 'La chiave del deposito non è in {path}. Mettici la sua copia, o aggiungi --with-key se la copia la porta con sé.',
  },
  'vault-out-exists': {
    en: '{path} is there already, and is not written over. Choose another name.',
    it: '{path} c’è già, e non viene sovrascritto. Scegli un altro nome.',
  },
  'vault-export-empty': {
    en: 'The vault has nothing of {meter} in this range, at this grain. Nothing was written. Next: tri vault status.',
    it: 'Il deposito non ha nulla di {meter} in questo intervallo, con questo dettaglio. Non è stato scritto nulla. Poi: tri vault status.',
  },
  'erasure-in-future': {
    en: '{until} is still to come. What is erased is not kept again, so only what is past can be erased.',
    it: '{until} deve ancora venire. Ciò che si cancella non viene più conservato, perciò si cancella solo il passato.',
  },
} as const satisfies FaultTexts
