/** A place where the code is honestly different from the rule, and why. A place that no longer needs it is reported. */
export interface Exception {
  readonly rule: string
  /** A path, or a folder with a slash at its end. */
  readonly at: string
  /** What the finding names, such as `as number`; every finding of the rule when absent. */
  readonly name?: string
  readonly reason: string
}

// The type checker says that an element of a typed array may be undefined. In a loop over columns it never is, and
// asking 10^8 times whether it is would cost more than the work.
const COLUMNS = 'an element of a typed array, read in the loop over its own indices'

const THREADS = 'what comes over a thread’s channel was sent by our own file at its other end'

const columns = (at: string): Exception => ({ rule: 'cast', at, name: 'as number', reason: COLUMNS })

export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'cast',
    at: 'packages/units/src/',
    reason:
      'the constructors of branded quantities and the decoder: here a number gets its unit and bytes their type',
  },
  columns('packages/exchange/src/typescript-kernel.ts'),
  columns('packages/exchange/src/webassembly-kernel.ts'),
  columns('packages/node/src/batch/slot-rows.ts'),
  {
    rule: 'cast',
    at: 'packages/node/src/batch/slot-rows.ts',
    name: 'as Uint8Array',
    reason: 'a word of a table of four, by a quality code that is one of four',
  },
  {
    rule: 'cast',
    at: 'packages/node/src/readings/',
    reason:
      'the parsers of readings: here bytes and fields become meters, slots and Wh, three million rows a month',
  },
  {
    rule: 'cast',
    at: 'packages/node/src/problem.ts',
    name: 'as Slot',
    reason: 'a slot that a problem names is only shown, and showing a problem must never fail',
  },
  {
    rule: 'cast',
    at: 'packages/exchange/src/typescript-kernel.ts',
    name: 'as Slot',
    reason: 'a slot inside the run, whose first and last were checked at the door',
  },
  {
    rule: 'silenced',
    at: 'packages/web/src/live/stream.ts',
    reason: 'the rule about a target of postMessage means windows; a channel of tabs has none',
  },
  {
    rule: 'cast',
    at: 'packages/exchange/src/webassembly-kernel.ts',
    name: 'as KernelExports',
    reason:
      'what a WebAssembly instance exports has no type until somebody states it, and the kernel suite tries it',
  },
  {
    rule: 'cast',
    at: 'packages/exchange/src/charter.ts',
    reason: 'the parser of a charter document: an object becomes fields that are then read one by one',
  },
  {
    rule: 'cast',
    at: 'packages/node/src/owner/connect.ts',
    reason: 'both ends of the owner’s door run one table of tasks; its types cannot cross a socket',
  },
  {
    rule: 'cast',
    at: 'packages/community/src/shape.ts',
    reason: 'the parser of operations: each field was read by its own shape before the object gets its type',
  },
  {
    rule: 'cast',
    at: 'packages/community/src/operation-shape.ts',
    reason: 'the parser of operations: the table of shapes is looked up by a kind that was just checked',
  },
  {
    rule: 'cast',
    at: 'packages/ledger/src/replica/block-body.ts',
    reason: 'the door of the file of blocks: bytes that the book itself wrote become its rows again',
  },
  {
    rule: 'cast',
    at: 'packages/ledger/src/replica/facts.ts',
    reason: 'the door of the file of blocks: bytes that the book itself wrote become its rows again',
  },
  {
    rule: 'cast',
    at: 'packages/ledger/src/chain/canonical-shape.ts',
    reason:
      'the parser of certificates and proofs: each value was read by its own part before the row gets its type',
  },
  {
    rule: 'cast',
    at: 'packages/community/src/sign-operation.ts',
    reason: 'an operation is made of what canonical bytes can hold, which an interface cannot state',
  },
  {
    rule: 'cast',
    at: 'packages/community/src/state.ts',
    reason: 'the door of the store: canonical bytes that the book itself wrote become its records again',
  },
  {
    rule: 'sentence',
    at: 'packages/web/src/live/loaded.ts',
    name: 'page-failed',
    reason:
      'a question that broke off inside the page: its notice speaks with the sentences of the page’s language',
  },
  {
    rule: 'size',
    at: 'packages/exchange/kernels/match.ts',
    reason:
      'one WebAssembly module: its layout of memory, its vector loops and their scalar ends are read side by side',
  },
  { rule: 'cast', at: 'packages/node/src/match-worker.ts', reason: THREADS },
  { rule: 'cast', at: 'packages/node/src/match-workers.ts', name: 'as WorkerAnswer', reason: THREADS },
  {
    rule: 'test-clock',
    at: 'packages/ledger/test/discovery/namespace-box.ts',
    reason: 'a box of its own in a namespace, as people run it: the test beside it waits for what it says',
  },
  {
    rule: 'cast',
    at: 'packages/ledger/src/cometbft/protobuf-message.ts',
    reason:
      'the parser of protobuf: a table of fields makes the value, field by field, whose type is that table’s',
  },
]
