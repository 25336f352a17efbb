import type { FaultTexts } from '@tri/units'

/** The sentences for this package's faults and refusals, by code. `{name}` is filled from the details. */
export const exchangeFaults = {
  'charter-unreadable': {
    en: 'The charter is not an object with named fields.',
    it: 'Lo statuto non è un oggetto con campi denominati.',
  },
  'charter-field-unknown': {
    en: 'The charter has no field "{field}": check its spelling.',
    it: 'Lo statuto non prevede il campo "{field}": controlla come è scritto.',
  },
  'charter-field-unusable': {
    en: 'The charter’s "{field}" cannot be {value}: it takes {expected}.',
    it: 'Nello statuto "{field}" non può essere {value}: ammette {expected}.',
  },
  'rule-unknown': {
    en: '"{value}" is not a sharing rule. The rules are {rules}.',
    it: '"{value}" non è una regola di condivisione. Le regole sono {rules}.',
  },
  'ring-unknown': {
    en: '"{ring}" is not a ring that has a price. The rings are {rings}.',
    it: '"{ring}" non è un anello con un prezzo. Gli anelli sono {rings}.',
  },
  'decimal-unusable': {
    en: '"{field}" cannot be {value}: write a decimal between quotes, such as "0.11", not negative.',
    it: '"{field}" non può essere {value}: scrivi un decimale tra virgolette, come "0.11", non negativo.',
  },
  'decimal-too-fine': {
    en: '"{field}" is {value}: at most {digits} decimals can be kept exactly. Leave out the others.',
    it: '"{field}" è {value}: si conservano esattamente al massimo {digits} decimali. Togli gli altri.',
  },
  'ring-price-missing': {
    en: 'No price for the ring "{ring}", in which these meters can match: add it to creditPerKwh.',
    it: 'Manca il prezzo dell’anello "{ring}", in cui questi contatori possono incontrarsi: aggiungilo a creditPerKwh.',
  },
  'ring-price-falls': {
    en: 'The price falls with distance: {farPrice} for "{far}" is below {nearPrice} for "{near}". Then a far match would be cheaper than a near one, and neighbour first would no longer be the best for the community: let prices rise, or stay equal, from home to grid.',
    it: 'Il prezzo scende con la distanza: {farPrice} per "{far}" è sotto {nearPrice} per "{near}". Uno scambio lontano costerebbe meno di uno vicino e «prima i vicini» non sarebbe più l’ottimo per la comunità: i prezzi devono salire, o restare uguali, dalla casa alla rete.',
  },
  'keys-missing': {
    en: 'The rule "{rule}" needs keys: one share for each meter, summing to 1.',
    it: 'La regola "{rule}" richiede le chiavi: una quota per contatore, con somma 1.',
  },
  'keys-sum': {
    en: 'The keys{of} sum to {sum}, not to 1: unallocated surplus would belong to nobody.',
    it: 'Le chiavi{of} sommano a {sum}, non a 1: un’eccedenza non assegnata non sarebbe di nessuno.',
  },
  'participation-unusable': {
    en: 'The participation of meter "{meter}" cannot be {value}: it is a whole percentage from 1 to 100.',
    it: 'La partecipazione del contatore "{meter}" non può essere {value}: è una percentuale intera da 1 a 100.',
  },
  'priority-unusable': {
    en: 'The priority of meter "{meter}" cannot be {value}: it is a whole number from 1 (first) to {most}.',
    it: 'La priorità del contatore "{meter}" non può essere {value}: è un numero intero da 1 (primo) a {most}.',
  },
  'option-not-used': {
    en: 'The rule "{rule}" does not use "{field}": leave it out, or choose one of {rules}.',
    it: 'La regola "{rule}" non usa "{field}": toglilo, o scegli una tra {rules}.',
  },
  'keys-and-pairs': {
    en: 'The charter has keys and pairs: one decides the shares, so keep only one.',
    it: 'Lo statuto ha sia chiavi sia coppie: ne decide una sola, tieni quella.',
  },
  'charter-meter-unknown': {
    en: 'The charter’s "{field}" names meter "{meter}", which the community does not have.',
    it: 'In "{field}" lo statuto nomina il contatore "{meter}", che la comunità non ha.',
  },
  'no-root': {
    en: 'The network has no node: name at least one place, such as the transformer.',
    it: 'La rete non ha nodi: indica almeno un luogo, per esempio la cabina.',
  },
  'node-twice': {
    en: 'The network names node "{node}" twice: every place has its own id.',
    it: 'La rete nomina due volte il nodo "{node}": ogni luogo ha il proprio id.',
  },
  'grid-inside': {
    en: 'Node "{node}" cannot be of kind "grid": the public grid begins above the root.',
    it: 'Il nodo "{node}" non può essere di tipo "grid": la rete pubblica comincia sopra la radice.',
  },
  'resistance-negative': {
    en: 'The resistance towards node "{node}" is negative or not a number: give ohms from 0 up.',
    it: 'La resistenza verso il nodo "{node}" è negativa o non è un numero: indica gli ohm, da 0 in su.',
  },
  orphan: {
    en: 'Node "{node}" hangs from "{other}", which the network does not have: add it or correct the parent.',
    it: 'Il nodo "{node}" dipende da "{other}", che la rete non ha: aggiungilo o correggi il genitore.',
  },
  'two-roots': {
    en: 'The network has two roots, "{other}" and "{node}": only one node may have no parent.',
    it: 'La rete ha due radici, "{other}" e "{node}": un solo nodo può essere senza genitore.',
  },
  loop: {
    en: 'The network has a loop: from "{node}" the way over "{other}" leads back to "{node}". Give the normally open switch as open.',
    it: 'La rete ha un anello chiuso: da "{node}" la via per "{other}" torna a "{node}". Indica aperto il sezionatore normalmente aperto.',
  },
  'kind-falls': {
    en: 'Node "{other}" is of a farther kind than its parent "{node}": the kind may not fall towards the root.',
    it: 'Il nodo "{other}" è di un tipo più lontano del suo genitore "{node}": verso la radice il tipo non può scendere.',
  },
  'meter-twice': {
    en: 'Meter "{node}" is placed twice: every meter has its own id and one place.',
    it: 'Il contatore "{node}" è collocato due volte: ogni contatore ha il proprio id e un solo luogo.',
  },
  'place-unknown': {
    en: 'Meter "{node}" hangs at "{other}", which the network does not have.',
    it: 'Il contatore "{node}" si trova in "{other}", che la rete non ha.',
  },
  'too-many-meters': {
    en: '{node} meters are more than one community settles together (131 072): split it into a federation.',
    it: '{node} contatori sono più di quanti una comunità può conteggiare insieme (131 072): dividila in una federazione.',
  },
  'slot-too-large': {
    en: 'In slot {slot} the meters of one place show more than {most} Wh together, more than can be matched: look for a reading in the wrong unit.',
    it: 'Nel quarto d’ora {slot} i contatori di un luogo segnano insieme più di {most} Wh, più di quanto si possa abbinare: cerca una lettura nell’unità sbagliata.',
  },
  'period-cuts-interval': {
    en: 'The rule "{rule}" settles whole hours, but the {slots} quarter hours from {firstSlot} on do not begin and end on one.',
    it: 'La regola "{rule}" conteggia ore intere, ma i {slots} quarti d’ora dal {firstSlot} non iniziano e finiscono all’ora.',
  },
  'statement-unusable': {
    en: 'Meter "{meter}", slot {slot}: import {importWh} Wh and export {exportWh} Wh cannot be settled. Energy is not negative, and a missing reading is 0.',
    it: 'Contatore "{meter}", quarto d’ora {slot}: prelievo {importWh} Wh e immissione {exportWh} Wh non si possono conteggiare. L’energia non è negativa e una lettura mancante vale 0.',
  },
  'restatement-elsewhere': {
    en: 'A restatement compares two versions of one period: {before} and {after} are not the same.',
    it: 'Una rettifica confronta due versioni dello stesso periodo: {before} e {after} non coincidono.',
  },
  'register-fell': {
    en: 'The register of meter "{meter}" fell over the gap: it was reset or rolled over. Nothing is spread; give the energy of the gap by hand.',
    it: 'Il registro del contatore "{meter}" è sceso durante la lacuna: è stato azzerato o ha ricominciato. Nulla viene ripartito; indica a mano l’energia della lacuna.',
  },
  'register-needed': {
    en: 'A gap of meter "{meter}" can be filled in equal parts only when the registers before and after it are known.',
    it: 'Una lacuna del contatore "{meter}" si riempie in parti uguali solo se si conoscono i registri prima e dopo.',
  },
  'register-moved': {
    en: 'Meter "{meter}" cannot be taken as zero over the gap: its registers counted {importWh} Wh in and {exportWh} Wh out.',
    it: 'Il contatore "{meter}" non può valere zero nella lacuna: i registri segnano {importWh} Wh in prelievo e {exportWh} Wh in immissione.',
  },
  'register-too-large': {
    en: 'The registers of meter "{meter}" counted {importWh} Wh in and {exportWh} Wh out over the gap, more than can be settled: look for the wrong unit.',
    it: 'I registri del contatore "{meter}" segnano {importWh} Wh in prelievo e {exportWh} Wh in immissione nella lacuna, più di quanto si possa conteggiare: cerca l’unità sbagliata.',
  },
  'history-missing': {
    en: 'Meter "{meter}" has no measured slot in the weeks before the gap: choose another rule, or give the energy by hand.',
    it: 'Il contatore "{meter}" non ha letture misurate nelle settimane prima della lacuna: scegli un’altra regola o indica l’energia a mano.',
  },
  'plant-too-large': {
    en: 'A plant of {powerKw} kW has no premium tariff: the limit is 1000 kW.',
    it: 'Un impianto di {powerKw} kW non ha tariffa premio: il limite è 1000 kW.',
  },
  'power-unusable': {
    en: 'A plant’s power cannot be {powerKw} kW: give a number above 0.',
    it: 'La potenza di un impianto non può essere {powerKw} kW: indica un numero maggiore di 0.',
  },
} as const satisfies FaultTexts
