import type { FaultTexts } from '@tri/units'

export const daemonFaults = {
  'data-folder-absent': {
    en: 'No community lives in {path}. Found one: tri community init FILE --data {path}.',
    it: 'In {path} non c’è una comunità. Fondala: tri community init FILE --data {path}.',
  },
  'data-folder-not-empty': {
    en: '{path} is not empty. Choose a new folder with --data, so that nothing is overwritten.',
    it: '{path} non è vuota. Scegli una cartella nuova con --data, così nulla viene sovrascritto.',
  },
  'data-folder-damaged': {
    en: '{path} is not what a node wrote there. Restore the folder from a copy.',
    it: '{path} non è ciò che un nodo vi ha scritto. Ripristina la cartella da una copia.',
  },
  'keys-unreadable': {
    en: 'The keys in {path} cannot be read. Restore the file from your copy, readable by you only.',
    it: 'Le chiavi in {path} non si possono leggere. Ripristina il file dalla tua copia, leggibile solo da te.',
  },
  'key-not-held': {
    en: 'The key of {member} is on another node: only that node can sign for her.',
    it: 'La chiave di {member} è su un altro nodo: solo quel nodo può firmare.',
  },
  'coordinator-unknown': {
    en: '{member} is no member in this file. Name the coordinator by her id: --coordinator ID.',
    it: '{member} non è tra i soci di questo file. Indica chi coordina con il suo id: --coordinator ID.',
  },
  'coordinator-elsewhere': {
    en: 'The file gives a public key for {member}, so her private key is elsewhere. Found the community there, or name another coordinator.',
    it: 'Il file dà una chiave pubblica per {member}: la sua chiave privata è altrove. Fonda la comunità lì, o indica un altro coordinatore.',
  },
  'community-file-unusable': {
    en: '{file} cannot be used. Mend what follows and try again; nothing was written.',
    it: '{file} non si può usare. Correggi quanto segue e riprova; nulla è stato scritto.',
  },
  'files-unusable': {
    en: 'The files cannot be used as they are. Nothing was kept; mend what follows and try again.',
    it: 'I file non si possono usare così. Nulla è stato tenuto; correggi quanto segue e riprova.',
  },
  'node-unreachable': {
    en: 'The node behind {path} does not answer. Is it still running? See: tri status.',
    it: 'Il nodo dietro {path} non risponde. È ancora in funzione? Vedi: tri status.',
  },
  'node-not-running': {
    en: 'No node runs on {path}, so there is no page to open. Start it: tri up --data {path}.',
    it: 'Nessun nodo lavora su {path}: non c’è una pagina da aprire. Avvialo: tri up --data {path}.',
  },
  'task-failed': {
    en: 'The node could not do it: {reason}. Nothing was half-done.',
    it: 'Il nodo non ci è riuscito: {reason}. Nulla è rimasto a metà.',
  },
  'task-input-unusable': {
    en: 'The node was not asked rightly: {reason}. See: tri --help.',
    it: 'Al nodo non è stato chiesto bene: {reason}. Vedi: tri --help.',
  },
  'option-unusable': {
    en: '{option} cannot be {value}: choose one of {choices}.',
    it: '{option} non può essere {value}: scegli tra {choices}.',
  },
  'task-unknown': {
    en: 'The node does not know the task {task}: it is of another version than this command.',
    it: 'Il nodo non conosce il compito {task}: ha un’altra versione di questo comando.',
  },
  'port-in-use': {
    en: 'Port {port} is in use, and so are the ones above it. Choose another: --port NUMBER.',
    it: 'La porta {port} è occupata, e anche quelle sopra. Scegline un’altra: --port NUMERO.',
  },
  'pages-not-built': {
    en: 'The pages are not built. Build them once: npm run build:web.',
    it: 'Le pagine non sono costruite. Costruiscile una volta: npm run build:web.',
  },
  'readings-incomplete-pack': {
    en: 'The pack in {path} cannot be played. Mend what follows.',
    it: 'Il pacchetto in {path} non si può riprodurre. Correggi quanto segue.',
  },
  'speed-unusable': {
    en: 'The clock cannot run {speed} times as fast: choose {speeds}.',
    it: 'L’orologio non può correre {speed} volte più veloce: scegli {speeds}.',
  },
  'member-unknown': {
    en: 'Nobody called {member} is a member here. See: tri credit balance.',
    it: 'Qui nessun socio si chiama {member}. Vedi: tri credit balance.',
  },
  'export-empty': {
    en: 'There is no {what} to export in this period: nothing is settled yet. Next: tri settle check MONTH.',
    it: 'In questo periodo non c’è {what} da esportare: nulla è ripartito. Poi: tri settle check MESE.',
  },
  'out-folder-not-empty': {
    en: '{path} is not empty. Choose a new folder, so that nothing is overwritten.',
    it: '{path} non è vuota. Scegli una cartella nuova, così nulla viene sovrascritto.',
  },
} as const satisfies FaultTexts
