import { InvalidArgumentError, type Command } from 'commander'

const PORT_DEFAULT = 8080
const PORT_MAX = 65_535

/** What a command that serves pages may be told. */
export interface ListenFlags {
  readonly port?: number
  readonly lan?: boolean
  readonly metrics?: boolean
}

/** Adds to a command where its pages are served. */
export function withPages(command: Command): Command {
  return command
    .option(
      '--port <port>',
      'the port of the pages; the next free one is taken when it is in use',
      portNumber,
      PORT_DEFAULT,
    )
    .option('--lan', 'listen beyond this computer, so that a phone in the same network can open the pages')
}

/** Where the pages are served, with what was not said. */
export function listenOptions({ port, lan, metrics }: ListenFlags): Required<ListenFlags> {
  return { port: port ?? PORT_DEFAULT, lan: lan === true, metrics: metrics === true }
}

function portNumber(text: string): number {
  const port = wholeNumber(text)
  if (port > PORT_MAX) throw new InvalidArgumentError(`a port is a number up to ${PORT_MAX}`)
  return port
}

/** A flag’s whole number. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number')
  return Number(text)
}

/** The same for a node, which monitors may look at. */
export function listening(command: Command): Command {
  return withPages(command).option(
    '--metrics',
    'let a monitor on another computer read /metrics; else only programs on this one',
  )
}
