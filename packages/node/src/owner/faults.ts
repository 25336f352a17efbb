import type { FaultTexts } from '@tri/units'

/** What the owner of a data folder is told when a proof cannot be made. */
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
} as const satisfies FaultTexts
