import type { FaultTexts } from '@tri/units'

export const communityFileFaults = {
  'file-unreadable': {
    en: 'The file cannot be read ({reason}). Check its name and your right to read it.',
    it: 'Il file non si può leggere ({reason}). Controlla il nome e il permesso di lettura.',
  },
  'community-file-too-large': {
    en: 'A community file has at most {bytesMax} bytes; this one has {bytes}. Is it the readings file?',
    it: 'Un file di comunità ha al massimo {bytesMax} byte; questo ne ha {bytes}. È forse il file delle letture?',
  },
  'community-file-not-utf8': {
    en: 'The file is not UTF-8 text. Save it again with the encoding UTF-8.',
    it: 'Il file non è testo UTF-8. Salvalo di nuovo con la codifica UTF-8.',
  },
  'community-file-not-json': {
    en: 'This is not valid JSON: {reason}.',
    it: 'Questo non è JSON valido: {reason}.',
  },
  'community-file-not-toml': {
    en: 'This is not valid TOML: {reason}.',
    it: 'Questo non è TOML valido: {reason}.',
  },
  'community-field-missing': {
    en: '{path} is missing. Add it: it must be {expected}.',
    it: 'Manca {path}. Aggiungilo: deve essere {expected}.',
  },
  'community-field-wrong': {
    en: '{path} must be {expected}, but is {got}.',
    it: '{path} deve essere {expected}, ma è {got}.',
  },
  'community-field-unknown': {
    en: '{path} has the field "{field}", which tri/community/1 does not know. Remove it or check its spelling.',
    it: '{path} ha il campo «{field}», che tri/community/1 non conosce. Toglilo o controlla come è scritto.',
  },
  'community-zone-unknown': {
    en: 'timezone "{zone}" is not a zone of the IANA list. Write one such as "Europe/Rome".',
    it: 'timezone «{zone}» non è un fuso dell’elenco IANA. Scrivine uno come «Europe/Rome».',
  },
  'community-without-meters': {
    en: 'The community has no meter of role connection: there is nothing to settle. Add at least one under meters.',
    it: 'La comunità non ha contatori con ruolo connection: non c’è nulla da ripartire. Aggiungine almeno uno in meters.',
  },
  'network-without-root': {
    en: 'No node of the network is without a parent. Leave out the parent of the node nearest to the public grid.',
    it: 'Nessun nodo della rete è senza parent. Togli il parent al nodo più vicino alla rete pubblica.',
  },
  'network-two-roots': {
    en: 'The nodes {roots} have no parent, but a network has one root. Give all but one of them a parent.',
    it: 'I nodi {roots} non hanno parent, ma una rete ha una sola radice. Dai un parent a tutti meno uno.',
  },
  'network-orphan': {
    en: 'Node "{node}" has the parent "{parent}", which is not in the network. Add that node or correct the name.',
    it: 'Il nodo «{node}» ha il parent «{parent}», che non è nella rete. Aggiungi quel nodo o correggi il nome.',
  },
  'network-loop': {
    en: 'The nodes {loop} lead back to themselves and never to the root. Correct the parent of one of them.',
    it: 'I nodi {loop} tornano a se stessi e mai alla radice. Correggi il parent di uno di loro.',
  },
  'network-node-twice': {
    en: 'The node "{node}" is given twice. Keep one, or give the other its own id.',
    it: 'Il nodo «{node}» è dato due volte. Tienine uno, o dai all’altro un suo id.',
  },
  'network-resistance-negative': {
    en: 'Node "{node}" has {ohm} ohm. A resistance is 0 or more: check the sign.',
    it: 'Il nodo «{node}» ha {ohm} ohm. Una resistenza è 0 o più: controlla il segno.',
  },
  'network-kind-falls': {
    en: 'Node "{node}" is a {kind} but stands above "{child}", a {childKind}. Towards the root a kind never falls: site, building, street, transformer, substation.',
    it: 'Il nodo «{node}» è {kind} ma sta sopra «{child}», che è {childKind}. Verso la radice il tipo non scende mai: site, building, street, transformer, substation.',
  },
  'member-twice': {
    en: 'The member "{member}" is given twice. Keep one, or give the other its own id.',
    it: 'Il socio «{member}» è dato due volte. Tienine uno, o dai all’altro un suo id.',
  },
  'meter-twice': {
    en: 'The meter "{id}" is given twice. Keep one, or give the other its own id.',
    it: 'Il contatore «{id}» è dato due volte. Tienine uno, o dai all’altro un suo id.',
  },
  'meter-member-unknown': {
    en: 'Meter "{id}" belongs to "{member}", who is not among the members. Add the member or correct the name.',
    it: 'Il contatore «{id}» è di «{member}», che non è tra i soci. Aggiungi il socio o correggi il nome.',
  },
  'meter-site-unknown': {
    en: 'Meter "{id}" stands at "{site}", which is not in the network. Add the node or correct the name.',
    it: 'Il contatore «{id}» sta a «{site}», che non è nella rete. Aggiungi il nodo o correggi il nome.',
  },
} as const satisfies FaultTexts
