import { examine, runDemo, runNode, type OwnerTaskOutput, type RunningNode } from '@tri/node'
import { Argument, type Command } from 'commander'

import { completionScript, SHELLS, type Shell } from '../completion.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'
import { credits } from '../quantities.ts'
import { listenOptions, listening, wholeNumber, type ListenFlags } from './listen-flags.ts'

/** The commands that run a node, look at it, or let somebody in. */
export function addNodeCommands(program: Command, kit: CommandKit): void {
  addDemo(program, kit)
  listening(
    program.command('up').description('run the node of a data folder: pages, API, live stream'),
  ).action(async (options: ListenFlags, command: Command) => {
    const context = kit.context(command)
    await using node = await runNode({ folder: context.folder, ...listenOptions(options) })
    await untilStopped(context, node)
  })
  addStatus(program, kit)
  program
    .command('open [member]')
    .description('a one-time link to the pages: for a member, or for the coordinator')
    .action(async (member: string | undefined, _: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const link = await owner.run('session-link', member === undefined ? {} : { member })
      context.answer(link, [
        link.url,
        `for ${link.for}; works once, until ${new Date(link.expiresAt).toISOString()}`,
      ])
    })
  addDoctor(program, kit)
  program
    .command('completion')
    .description('the completion script of a shell: eval "$(tri completion bash)"')
    .addArgument(new Argument('<shell>').choices([...SHELLS]))
    .action((shell: Shell, _: unknown, command: Command) => {
      kit.context(command).terminal.out(completionScript(program, shell))
    })
}

function addDemo(program: Command, kit: CommandKit): void {
  listening(
    program
      .command('demo')
      .description('Borgo Sole: a living neighbourhood from real profiles, on this computer only'),
  )
    .option('--speed <times>', 'how fast its clock runs: 1, 60 or 900', wholeNumber, 60)
    .option('--seed <number>', 'the same seed gives the same numbers', wholeNumber, 7)
    .action(
      async (options: ListenFlags & { readonly speed: number; readonly seed: number }, command: Command) => {
        const context = kit.context(command)
        const keep = command.optsWithGlobals<{ readonly data?: string }>().data
        await using node = await runDemo({
          speed: options.speed,
          seed: options.seed,
          ...(keep === undefined ? {} : { folder: context.folder }),
          ...listenOptions(options),
          progress: context.progress,
          stopping: context.terminal.stopping,
        })
        await untilStopped(context, node)
      },
    )
}

/** Prints where the pages are, and waits. */
async function untilStopped(context: Context, node: RunningNode): Promise<void> {
  context.answer(
    {
      url: node.url,
      api: `${node.url}/api/docs`,
      links: node.links,
      community: node.community,
      openedInMs: node.openedInMs,
    },
    [
      '',
      `  ${node.community}`,
      ...(node.portWanted === node.port
        ? []
        : [`  port ${node.portWanted} is in use: using ${node.port} instead`]),
      `  Open   ${node.url}`,
      ...node.links.map((link) => `         as ${link.for}: ${link.url}`),
      `  API    ${node.url}/api/docs   curl ${node.url}/api/v1/state`,
      '  Stop   Ctrl-C. Nothing leaves this computer.',
    ],
  )
  const { stopping } = context.terminal
  if (stopping.aborted) return
  const stopped = Promise.withResolvers<void>()
  stopping.addEventListener('abort', () => stopped.resolve(), { once: true })
  await Promise.race([stopped.promise, node.failed])
}

function addStatus(program: Command, kit: CommandKit): void {
  program
    .command('status')
    .description('how the node of a data folder is doing')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const status = await owner.run('status', {})
      const { community, clock, ledger, meters, checks } = status.state
      context.answer(status, [
        `community  ${community.name} (${community.id}), ${community.timezone}`,
        `node       ${status.url === null ? 'not running; this is what its folder holds' : `running at ${status.url}`}`,
        `clock      ${new Date(clock.nowMs).toISOString()}${clock.speed === null ? '' : `, played ${clock.speed} times as fast`}`,
        `meters     ${meters.reporting} of ${meters.total} report`,
        ...ledgerLines(status.ledger),
        `book       ${ledger.operations} operations, sum of balances ${credits(ledger.sumMicroCredit)}`,
        ...checks.map(({ name, ok }) => `${ok ? 'ok        ' : 'FAULT     '} ${name}`),
      ])
      if (checks.some(({ ok }) => !ok)) kit.exitWith(EXIT.failed)
    })
}

/** Who keeps the book, how far it is, and what went wrong. */
function ledgerLines(ledger: OwnerTaskOutput<'status'>['ledger']): string[] {
  const { engine, state, height, at, connected, stewards, waiting, checkpoint, incidents, reason } = ledger
  const when = at === null ? '' : `, ${new Date(at).toISOString()}`
  return [
    `ledger     ${engine}, ${state}${reason === null ? '' : ` (${reason})`}; block ${height}${when}; ${waiting} waiting`,
    `stewards   ${connected} of ${stewards.length} answer, ${ledger.needed} must`,
    ...(checkpoint === null
      ? []
      : [
          `checkpoint block ${checkpoint.height}, ${checkpoint.signatures} of ${checkpoint.of} signatures, root ${checkpoint.root.slice(0, 16)}`,
        ]),
    ...incidents.map(
      ({ kind, steward, address, height: of }) =>
        `INCIDENT   ${kind} by ${steward?.name ?? steward?.id ?? address} at block ${of}`,
    ),
  ]
}

function addDoctor(program: Command, kit: CommandKit): void {
  program
    .command('doctor')
    .description('check this machine and the data folder, and say what to mend')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      const findings = await examine(context.folder, context.language)
      context.answer(
        findings,
        findings.map(
          ({ ok, name, advice }) =>
            `${ok ? 'ok   ' : 'FAULT'} ${name}${advice === null ? '' : `: ${advice}`}`,
        ),
      )
      if (findings.some(({ ok }) => !ok)) kit.exitWith(EXIT.failed)
    })
}
