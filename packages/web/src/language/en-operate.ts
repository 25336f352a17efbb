/** The sentences of the page that tells who keeps the book. */
export const enOperate = {
  title: 'Operate',
  answer: {
    single: 'One steward keeps the book',
    agree: (count: string) => `All ${count} stewards keep the book together`,
    silent: (answering: string, all: string) => `${answering} of ${all} stewards answer; the book goes on`,
    noQuorum: (answering: string, all: string) =>
      `Only ${answering} of ${all} stewards answer: nothing becomes final`,
    catchingUp: 'This box fetches what it missed',
    stopped: 'The book stands still on this box',
  },
  because: (height: string, at: string) => `block ${height}, ${at}`,
  becauseNone: 'no block yet',
  stewards: 'Stewards',
  me: 'this box',
  answers: 'answers',
  silent: 'does not answer',
  unknown: 'not known here',
  height: (height: string) => `block ${height}`,
  lag: (behind: number, shown: string) => (behind === 1 ? 'one block behind' : `${shown} blocks behind`),
  upToDate: 'up to date',
  signed: 'signed the last checkpoint',
  notSigned: 'not under the last checkpoint',
  needed: (needed: string, all: string) => `${needed} of ${all} must answer`,
  picture: (answering: string, all: string, needed: string) =>
    `${answering} of ${all} stewards answer; ${needed} must.`,
  how: 'A block is final when more than two thirds of the stewards have signed it. Up to a third may be silent, or lie, and the book goes on and stays true.',
  checkpoint: 'Last checkpoint',
  checkpointNone: 'None yet. The stewards sign the first one with the first block.',
  signatures: 'Signatures',
  signaturesOf: (count: string, all: string) => `${count} of ${all}`,
  block: 'Block',
  when: 'When',
  root: 'Root of the state',
  checkpointHow:
    'One digest stands for the whole book. The stewards’ signatures under it let anyone check a balance offline.',
  incidents: 'Incidents',
  incidentsNone: 'None. No steward was caught signing two different blocks.',
  incident: {
    'duplicate-vote': (name: string) => `${name} signed two different blocks at one height`,
    'light-client-attack': (name: string) => `${name} signed a forged block`,
  },
  incidentAt: (height: string, at: string) => `at block ${height}, ${at}`,
  someone: 'A former steward',
  next: 'What to do now',
  silentSteps: {
    ask: (name: string) => `Ask ${name} whether the box has power and network. Nothing is lost meanwhile.`,
    back: 'If it comes back, it fetches what it missed by itself.',
    replace: 'If it is gone for good, put another member in its place.',
  },
  quorumSteps: {
    back: (more: string) =>
      `Bring back ${more} of the silent boxes: power first, then network. Their data must stay as it is.`,
    never:
      'Never start a copied disk while the first box may still run: two boxes with one key are caught as cheating.',
    meanwhile: 'Meanwhile homes go on as usual. Payments are promised, and become final by themselves.',
    anew: 'If too many boxes are gone for good, the members found the ledger anew by a majority of signatures.',
  },
  stoppedSteps: {
    look: 'Look at what the engine said, then start the node again.',
    doctor: 'If it stays so, ask the doctor.',
  },
  incidentSteps: {
    ask: (name: string) =>
      `Ask ${name} whether a backup or a copied disk was started: that is the usual reason.`,
    key: 'Give that box a new key before it votes again, or put another member in its place.',
  },
  singleTitle: 'If this box dies',
  single: {
    alone: 'The book is on this box alone. If its disk dies, the book is what your last export holds.',
    trust: 'Nobody else signs: members must trust this box, or keep the proofs of their own balances.',
  },
  singleNext:
    'Four stewards keep the book through a dead disk, a cut cable or one that cheats. Invite three members with a box of their own; the history stays. Two or three would be no safer: one that fails would stop them.',
  fourHow: 'Grow to four, and export meanwhile',
  commands: 'Commands',
  box: 'This box',
  engine: 'Engine',
  engines: { single: 'one steward', cometbft: 'CometBFT (four or more)', model: 'model' },
  waiting: 'Waiting to be final',
  operations: 'Operations in the book',
  genesis: 'Printed on paper, this checks every proof',
  reason: 'What the engine said',
  more: 'Who keeps the book',
}
