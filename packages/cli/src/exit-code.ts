/** What the shell learns of a command: one number a meaning, the same for every command. docs/cli.md */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  partial: 5,
  network: 6,
  tampered: 7,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
