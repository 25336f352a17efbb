import type { Terminal } from '../src/terminal.ts'

/** A terminal that hears nothing and is never answered: for tests that only read how the program is built. */
export const silent: Terminal = {
  out: () => undefined,
  err: () => undefined,
  isScreen: false,
  hasColour: false,
  columns: 80,
  environment: {},
  ask: async () => undefined,
  stopping: new AbortController().signal,
}
