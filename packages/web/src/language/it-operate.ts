import type { enOperate } from './en-operate.ts'

/** The same in Italian. */
export const itOperate: typeof enOperate = {
  title: 'Gestione',
  answer: {
    single: 'Un solo custode tiene il libro',
    agree: (count) => `Tutti i ${count} custodi tengono il libro insieme`,
    silent: (answering, all) => `Rispondono ${answering} custodi su ${all}; il libro prosegue`,
    noQuorum: (answering, all) => `Rispondono solo ${answering} custodi su ${all}: nulla diventa definitivo`,
    catchingUp: 'Questo nodo recupera ciò che gli manca',
    stopped: 'Su questo nodo il libro è fermo',
  },
  because: (height, at) => `blocco ${height}, ${at}`,
  becauseNone: 'ancora nessun blocco',
  stewards: 'Custodi',
  me: 'questo nodo',
  answers: 'risponde',
  silent: 'non risponde',
  unknown: 'qui non si sa',
  height: (height) => `blocco ${height}`,
  lag: (behind, shown) => (behind === 1 ? 'indietro di un blocco' : `indietro di ${shown} blocchi`),
  upToDate: 'in pari',
  signed: 'ha firmato l’ultimo punto fermo',
  notSigned: 'manca nell’ultimo punto fermo',
  needed: (needed, all) => `devono rispondere ${needed} su ${all}`,
  picture: (answering, all, needed) => `Rispondono ${answering} custodi su ${all}; ne servono ${needed}.`,
  how: 'Un blocco è definitivo quando più di due terzi dei custodi lo hanno firmato. Fino a un terzo può tacere, o mentire: il libro prosegue e resta vero.',
  checkpoint: 'Ultimo punto fermo',
  checkpointNone: 'Ancora nessuno. I custodi firmano il primo con il primo blocco.',
  signatures: 'Firme',
  signaturesOf: (count, all) => `${count} su ${all}`,
  block: 'Blocco',
  when: 'Quando',
  root: 'Radice dello stato',
  checkpointHow:
    'Un’impronta sta per tutto il libro. Con le firme dei custodi chiunque può verificare un saldo senza rete.',
  incidents: 'Incidenti',
  incidentsNone: 'Nessuno. Nessun custode è stato colto a firmare due blocchi diversi.',
  incident: {
    'duplicate-vote': (name) => `${name} ha firmato due blocchi diversi alla stessa altezza`,
    'light-client-attack': (name) => `${name} ha firmato un blocco falso`,
  },
  incidentAt: (height, at) => `al blocco ${height}, ${at}`,
  someone: 'Un custode di prima',
  next: 'Che fare adesso',
  silentSteps: {
    ask: (name) => `Chiedi a ${name} se il nodo ha corrente e rete. Intanto nulla va perso.`,
    back: 'Se torna, recupera da sé ciò che gli manca.',
    replace: 'Se è perso per sempre, metti un altro socio al suo posto.',
  },
  quorumSteps: {
    back: (more) =>
      `Riporta in funzione ${more} dei nodi che tacciono: prima la corrente, poi la rete. I loro dati restino come sono.`,
    never:
      'Non avviare mai un disco copiato finché il primo nodo può ancora girare: due nodi con una chiave passano per un inganno.',
    meanwhile:
      'Intanto le case vanno avanti come sempre. I pagamenti sono promessi e diventano definitivi da sé.',
    anew: 'Se troppi nodi sono persi per sempre, i soci rifondano il libro con la maggioranza delle firme.',
  },
  stoppedSteps: {
    look: 'Guarda che cosa ha detto il motore, poi riavvia il nodo.',
    doctor: 'Se resta così, chiedi al dottore.',
  },
  incidentSteps: {
    ask: (name) =>
      `Chiedi a ${name} se è stata avviata una copia di riserva o un disco copiato: di solito è quello.`,
    key: 'Dai a quel nodo una chiave nuova prima che voti ancora, o metti un altro socio al suo posto.',
  },
  singleTitle: 'Se questo nodo muore',
  single: {
    alone: 'Il libro è solo su questo nodo. Se il disco muore, il libro è quello dell’ultima esportazione.',
    trust: 'Nessun altro firma: i soci devono fidarsi di questo nodo, o tenere le prove dei propri saldi.',
  },
  singleNext:
    'Quattro custodi tengono il libro anche con un disco morto, un cavo tagliato o uno che inganna. Invita tre soci con un nodo loro; la storia resta. Due o tre non sarebbero più sicuri: uno che si guasta li fermerebbe.',
  fourHow: 'Crescere a quattro, e intanto esportare',
  commands: 'Comandi',
  box: 'Questo nodo',
  engine: 'Motore',
  engines: { single: 'un custode', cometbft: 'CometBFT (quattro o più)', model: 'modello' },
  waiting: 'In attesa di diventare definitivi',
  operations: 'Operazioni nel libro',
  genesis: 'Stampato su carta, verifica ogni prova',
  reason: 'Che cosa ha detto il motore',
  more: 'Chi tiene il libro',
}
