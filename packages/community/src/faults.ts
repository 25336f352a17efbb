import type { FaultTexts } from '@tri/units'

/** Why an operation is refused, in the order in which `apply` looks: the order is part of the protocol. */
export const communityRefusals = {
  malformed: {
    en: 'This is not an operation: {place} should be {expected}.',
    it: 'Questa non è un’operazione: {place} dovrebbe essere {expected}.',
  },
  'version-unknown': {
    en: 'The operation has version {version}, which this node does not know: update the node.',
    it: 'L’operazione ha la versione {version}, che questo nodo non conosce: aggiorna il nodo.',
  },
  'not-founded': {
    en: 'No community lives in this book yet: found one first.',
    it: 'In questo libro non c’è ancora una comunità: prima va fondata.',
  },
  'already-founded': {
    en: 'This book already holds the community {community}.',
    it: 'Questo libro contiene già la comunità {community}.',
  },
  'other-community': {
    en: 'The operation is meant for the community {asked}; this is {community}.',
    it: 'L’operazione è per la comunità {asked}; questa è {community}.',
  },
  'id-taken': {
    en: 'Another operation has the id {id} already: choose a new one.',
    it: 'Un’altra operazione ha già l’id {id}: scegline uno nuovo.',
  },
  'signer-unknown': {
    en: 'Nobody called {member} is a member here.',
    it: 'Nessun socio si chiama {member}.',
  },
  'key-not-hers': {
    en: 'The key that signed is not one of {member}’s.',
    it: 'La chiave che ha firmato non è di {member}.',
  },
  expired: {
    en: 'The operation was valid until {expiresAt}; the book stands at {bookTime}. Sign it again.',
    it: 'L’operazione valeva fino a {expiresAt}; il libro è a {bookTime}. Firmala di nuovo.',
  },
  'nonce-used': {
    en: 'This key has used the number {last}; an operation needs a higher one than {nonce}.',
    it: 'Questa chiave ha già usato il numero {last}; serve un numero maggiore di {nonce}.',
  },
  'signature-wrong': {
    en: 'The signature does not belong to these bytes: they were changed, or another key signed.',
    it: 'La firma non corrisponde a questi byte: sono stati cambiati, o ha firmato un’altra chiave.',
  },
  'member-left': {
    en: '{member} has left the community.',
    it: '{member} ha lasciato la comunità.',
  },
  'coordinator-only': {
    en: 'Only the coordinator {coordinator} may do this.',
    it: 'Solo il coordinatore {coordinator} può farlo.',
  },
  'not-your-own': {
    en: 'This belongs to {owner}; {member} may not change it.',
    it: 'Questo è di {owner}; {member} non può modificarlo.',
  },
  'member-id-reserved': {
    en: '"{member}" is the name of the community’s own account: choose another id.',
    it: '"{member}" è il nome del conto della comunità: scegli un altro id.',
  },
  'member-known': {
    en: 'There is a member {member} already.',
    it: 'C’è già un socio {member}.',
  },
  'member-unknown': {
    en: 'There is no member {member}.',
    it: 'Non c’è un socio {member}.',
  },
  'coordinator-unknown': {
    en: 'The coordinator {coordinator} is not among the founding members, or signs with another key.',
    it: 'Il coordinatore {coordinator} non è tra i soci fondatori, o firma con un’altra chiave.',
  },
  'coordinator-stays': {
    en: 'The coordinator cannot leave the community.',
    it: 'Il coordinatore non può lasciare la comunità.',
  },
  'member-has-meters': {
    en: 'The meter {meter} still belongs to {member}: retire it first.',
    it: 'Il contatore {meter} è ancora di {member}: prima va ritirato.',
  },
  'key-known': {
    en: 'This key is already in use by {member}.',
    it: 'Questa chiave è già di {member}.',
  },
  'keys-too-many': {
    en: 'A member has at most {most} keys: remove one of {member}’s first.',
    it: 'Un socio ha al massimo {most} chiavi: prima togline una a {member}.',
  },
  'last-key': {
    en: 'This is the last key of {member}: add another before removing it.',
    it: 'È l’ultima chiave di {member}: aggiungine un’altra prima di toglierla.',
  },
  'site-known': {
    en: 'There is a node {site} in the network already.',
    it: 'Nella rete c’è già un nodo {site}.',
  },
  'network-unusable': {
    en: 'The network is not a tree that can be used: {reason} at {node} {other}.',
    it: 'La rete non è un albero utilizzabile: {reason} in {node} {other}.',
  },
  'meter-known': {
    en: 'There is a meter {meter} already.',
    it: 'C’è già un contatore {meter}.',
  },
  'meter-unknown': {
    en: 'There is no meter {meter}.',
    it: 'Non c’è un contatore {meter}.',
  },
  'meter-retired': {
    en: 'The meter {meter} is retired already.',
    it: 'Il contatore {meter} è già ritirato.',
  },
  'slot-settled': {
    en: 'Slots before {settledUntil} are settled already: this can only begin then, not at {slot}.',
    it: 'I quarti d’ora prima di {settledUntil} sono già liquidati: si può cominciare solo da lì, non da {slot}.',
  },
  'charter-unusable': {
    en: 'The charter cannot be used: {reason} {about}.',
    it: 'Lo statuto non è utilizzabile: {reason} {about}.',
  },
  'charter-out-of-turn': {
    en: 'The next charter is version {version} and begins after slot {after}.',
    it: 'Il prossimo statuto è la versione {version} e comincia dopo il quarto d’ora {after}.',
  },
  'account-unknown': {
    en: 'There is no account {account}.',
    it: 'Non c’è un conto {account}.',
  },
  'payer-is-payee': {
    en: 'Payer and payee are the same account: nothing would move.',
    it: 'Chi paga e chi riceve sono lo stesso conto: nulla si muoverebbe.',
  },
  'hold-past': {
    en: 'The hold would expire at {expiresAt}, before the book’s time {bookTime}.',
    it: 'L’impegno scadrebbe a {expiresAt}, prima dell’ora del libro {bookTime}.',
  },
  'holds-too-many': {
    en: 'The account {account} has {most} open holds already: capture or release one first.',
    it: 'Il conto {account} ha già {most} impegni aperti: prima incassane o liberane uno.',
  },
  'hold-unknown': {
    en: 'There is no open hold {hold}: it was captured, released, has expired, or never was.',
    it: 'Non c’è un impegno aperto {hold}: è stato incassato o liberato, è scaduto, o non è mai esistito.',
  },
  'hold-exceeded': {
    en: 'The hold {hold} is for {held} µCC; {amount} is more.',
    it: 'L’impegno {hold} è di {held} µCC; {amount} è di più.',
  },
  'limit-exceeded': {
    en: 'The account {account} has {available} µCC at hand, its limit included; {amount} is more.',
    it: 'Il conto {account} dispone di {available} µCC, fido compreso; {amount} è di più.',
  },
  'credit-out-of-range': {
    en: 'An amount would leave the range of exact whole numbers.',
    it: 'Un importo uscirebbe dai numeri interi esatti.',
  },
  'statement-misshapen': {
    en: 'The statement of {meter} from slot {slot} has columns of different lengths, none at all, or too many slots.',
    it: 'La lettura di {meter} dal quarto d’ora {slot} ha colonne di lunghezze diverse, vuote, o troppo lunghe.',
  },
  'statement-unusable': {
    en: 'The statement of {meter} at slot {slot} has energy below 0 or beyond {most} Wh, or an unknown quality.',
    it: 'La lettura di {meter} al quarto d’ora {slot} ha energia sotto 0 o oltre {most} Wh, o una qualità ignota.',
  },
  'meter-not-active': {
    en: 'The meter {meter} does not count in slot {slot}: it begins later or is retired.',
    it: 'Il contatore {meter} non vale nel quarto d’ora {slot}: comincia dopo o è ritirato.',
  },
  'slot-not-over': {
    en: 'The statement of {meter} reaches beyond the time it was signed: slot {slot} is not over.',
    it: 'La lettura di {meter} va oltre l’ora della firma: il quarto d’ora {slot} non è finito.',
  },
  'slot-certified': {
    en: 'Slot {slot} belongs to a certified period: a member must object before it can change.',
    it: 'Il quarto d’ora {slot} è di un periodo certificato: serve un’obiezione di un socio per cambiarlo.',
  },
  'statement-conflict': {
    en: 'The book has another statement of {meter} for slot {slot}: mark yours as a correction if it is one.',
    it: 'Il libro ha un’altra lettura di {meter} per il quarto d’ora {slot}: se è una correzione, dichiaralo.',
  },
  'already-settled': {
    en: 'Slots from {firstSlot}, {slots} of them, are settled already: restate that period.',
    it: 'I quarti d’ora da {firstSlot}, in tutto {slots}, sono già liquidati: riliquida quel periodo.',
  },
  'not-settled': {
    en: 'No settlement covers exactly the {slots} slots from {firstSlot}.',
    it: 'Nessuna liquidazione copre esattamente i {slots} quarti d’ora da {firstSlot}.',
  },
  'version-not-next': {
    en: 'The next version of this settlement is {next}.',
    it: 'La prossima versione di questa liquidazione è la {next}.',
  },
  'settlement-too-large': {
    en: '{meters} meters over {slots} slots are too much at once: settle a shorter period.',
    it: '{meters} contatori per {slots} quarti d’ora sono troppi in una volta: liquida un periodo più breve.',
  },
  'no-meters': {
    en: 'No meter counts in this period.',
    it: 'In questo periodo non vale alcun contatore.',
  },
  'charter-changes-within': {
    en: 'The charter changes within this period: settle up to slot {slot} first.',
    it: 'Lo statuto cambia entro questo periodo: liquida prima fino al quarto d’ora {slot}.',
  },
  'charter-version-wrong': {
    en: 'Charter {version} is in force in this period.',
    it: 'In questo periodo vale lo statuto {version}.',
  },
  'interval-not-whole': {
    en: 'This rule settles {intervalSlots} slots together: begin and end on a whole interval.',
    it: 'Questa regola liquida {intervalSlots} quarti d’ora insieme: comincia e finisci su un intervallo intero.',
  },
  incomplete: {
    en: '{missing} statements are missing, the first of {meter} at slot {slot}: bring them or substitute them by a rule.',
    it: 'Mancano {missing} letture, la prima di {meter} al quarto d’ora {slot}: portale o sostituiscile con una regola.',
  },
  'slot-too-large': {
    en: 'In slot {slot} the energies sum to more than {most} Wh: some reading is not in Wh.',
    it: 'Nel quarto d’ora {slot} le energie superano in tutto {most} Wh: qualche lettura non è in Wh.',
  },
  'readings-root-mismatch': {
    en: 'The settlement was computed from other statements than the book holds.',
    it: 'La liquidazione è stata calcolata su letture diverse da quelle del libro.',
  },
  'nothing-to-restate': {
    en: 'No statement of this period has changed since it was settled.',
    it: 'Nessuna lettura di questo periodo è cambiata da quando è stato liquidato.',
  },
  'root-mismatch': {
    en: 'Computed again from the book, the settlement has the root {computed}, not {claimed}.',
    it: 'Ricalcolata dal libro, la liquidazione ha la radice {computed}, non {claimed}.',
  },
  'deltas-mismatch': {
    en: 'Computed again from the book, the amounts differ, first at the account {account}.',
    it: 'Ricalcolati dal libro, gli importi sono diversi, a cominciare dal conto {account}.',
  },
  'period-not-settled': {
    en: 'Slot {slot} is not settled, or its settlement reaches beyond this period.',
    it: 'Il quarto d’ora {slot} non è liquidato, o la sua liquidazione va oltre questo periodo.',
  },
  'restatement-due': {
    en: 'Statements were corrected after the settlement of the {slots} slots from {firstSlot}: restate it first.',
    it: 'Dopo la liquidazione dei {slots} quarti d’ora da {firstSlot} sono state corrette letture: prima riliquidala.',
  },
  'quality-not-final': {
    en: '{estimated} statements are estimates: measure them, or substitute them by a named rule.',
    it: '{estimated} letture sono stime: misurale, o sostituiscile con una regola dichiarata.',
  },
  'period-certified': {
    en: 'The {slots} slots from {firstSlot} are certified: a member must object before they can change.',
    it: 'I {slots} quarti d’ora da {firstSlot} sono certificati: serve un’obiezione di un socio per cambiarli.',
  },
  'period-differs': {
    en: 'An objection reopened the {slots} slots from {firstSlot}: certify exactly those again.',
    it: 'Un’obiezione ha riaperto i {slots} quarti d’ora da {firstSlot}: certifica di nuovo proprio quelli.',
  },
  'not-certified': {
    en: 'No certified period holds all of these slots: there is nothing to reopen.',
    it: 'Nessun periodo certificato contiene tutti questi quarti d’ora: non c’è nulla da riaprire.',
  },
  'objection-too-late': {
    en: 'Objections were possible for {days} days after the period was certified.',
    it: 'Le obiezioni erano possibili per {days} giorni dopo la certificazione del periodo.',
  },
  'member-is-steward': {
    en: '{member} keeps the book as a steward: let the stewards agree on a set without {member} first.',
    it: '{member} tiene il libro come custode: prima i custodi devono accordarsi su un gruppo senza {member}.',
  },
  'not-a-steward': {
    en: 'This is for the stewards to decide, and {member} is not one of them.',
    it: 'Questo lo decidono i custodi, e {member} non è tra loro.',
  },
  'stewards-two-or-three': {
    en: 'With {count} stewards one dead box would stop the book, and a liar could not be outvoted: choose 1 or 4.',
    it: 'Con {count} custodi basterebbe un apparecchio guasto a fermare il libro, e chi mente non si potrebbe mettere in minoranza: scegline 1 o 4.',
  },
  'steward-count-unusable': {
    en: 'A community has 1, 4, 7, 10 or 13 stewards, not {count}: sizes between bear no more failures than the one below.',
    it: 'Una comunità ha 1, 4, 7, 10 o 13 custodi, non {count}: le misure intermedie non reggono più guasti di quella inferiore.',
  },
  'steward-twice': {
    en: '{member} stands twice among the stewards: each of them must be somebody else.',
    it: '{member} compare due volte tra i custodi: devono essere tutti diversi.',
  },
  'steward-key-twice': {
    en: '{member} has a key or a node name that {other} has too: each box has its own.',
    it: '{member} ha una chiave o un nome di nodo che ha anche {other}: ogni apparecchio ha i propri.',
  },
  'steward-key-unusable': {
    en: 'A key of {member} is not a usable Ed25519 key: anybody could sign with it.',
    it: 'Una chiave di {member} non è una chiave Ed25519 utilizzabile: chiunque potrebbe firmare con essa.',
  },
  'stewards-unchanged': {
    en: 'These are the stewards there are already: there is nothing to agree on.',
    it: 'Sono già questi i custodi: non c’è nulla su cui accordarsi.',
  },
  'protocol-out-of-turn': {
    en: 'The next version of the rules is above {version} and begins after height {height}.',
    it: 'La prossima versione delle regole è sopra la {version} e comincia dopo l’altezza {height}.',
  },
  'proposal-unknown': {
    en: 'There is no proposal {proposal}: it never was, or whoever made it proposed something else since.',
    it: 'Non c’è una proposta {proposal}: non è mai esistita, o chi l’ha fatta ne ha poi fatta un’altra.',
  },
  'proposal-superseded': {
    en: 'The stewards have agreed on something else since {proposal} was made, or on it: propose again if it is still wanted.',
    it: 'Dopo la proposta {proposal} i custodi si sono accordati su altro, o proprio su di essa: riproponila se serve ancora.',
  },
  'approved-already': {
    en: '{member} has approved {proposal} already.',
    it: '{member} ha già approvato {proposal}.',
  },
  'refounding-stale': {
    en: 'The community was founded anew after height {height} already: these signatures are of an earlier time.',
    it: 'La comunità è già stata rifondata dopo l’altezza {height}: queste firme sono di un tempo precedente.',
  },
  'refounding-signature-wrong': {
    en: 'A signature under the new founding is not {member}’s, or stands there twice.',
    it: 'Una firma sotto la nuova fondazione non è di {member}, o c’è due volte.',
  },
  'refounding-signatures-few': {
    en: '{signed} of {of} members with a key have signed the new founding: more than half must.',
    it: 'Hanno firmato la nuova fondazione {signed} soci su {of} con una chiave: ne serve più della metà.',
  },
} as const satisfies FaultTexts

/** Faults of this package, besides the refusals. */
const faultsOnly = {
  'operation-malformed': {
    en: 'This is not an operation: {place} should be {expected}.',
    it: 'Questa non è un’operazione: {place} dovrebbe essere {expected}.',
  },
} as const satisfies FaultTexts

/** The sentences of this package, by code. */
export const communityFaults = { ...communityRefusals, ...faultsOnly } as const satisfies FaultTexts
