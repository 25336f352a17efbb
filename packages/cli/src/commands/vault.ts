import { resolve } from 'node:path'

import type { OwnerTaskInput, OwnerTaskOutput } from '@tri/node'
import { Fault } from '@tri/units'
import { Option, type Command } from 'commander'

import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'
import { tableLines } from '../table.ts'

type ExportWish = OwnerTaskInput<'vault-export'>

interface ExportOptions {
  readonly meter: string
  readonly grain: ExportWish['grain']
  readonly from?: string
  readonly until?: string
  readonly format: ExportWish['format']
  readonly out: string
}

interface RestoreOptions {
  readonly withKey?: boolean
  readonly member?: string
}

interface EraseOptions {
  readonly meter: string
  readonly from: string
  readonly until: string
  readonly keepTotals?: boolean
  readonly yes?: boolean
}

/** A passphrase comes from a person or by the environment: what stands on a command line is seen by everybody on the machine. */
const PASSPHRASE = 'TRI_VAULT_PASSPHRASE'

/** `tri vault`: the readings that a household keeps itself. */
export function addVaultCommands(program: Command, kit: CommandKit): void {
  const vault = program.command('vault').description('the readings of the household, kept by itself')
  addStatus(vault, kit)
  addExport(vault, kit)
  addSaving(vault, kit)
  addCheck(vault, kit)
  addErase(vault, kit)
}

function addStatus(vault: Command, kit: CommandKit): void {
  vault
    .command('status')
    .description('whose vault it is, its meters, its size, what is damaged, who asked last')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const status = await owner.run('vault-status', {})
      context.answer(status, statusLines(status))
    })
}

function statusLines({
  owner,
  bytes,
  meters,
  damaged,
  log,
  receipts,
}: OwnerTaskOutput<'vault-status'>): string[] {
  return [
    `owner    ${owner}`,
    `size     ${(bytes / 1_000_000).toFixed(1)} MB`,
    `log      ${log === null ? 'no block yet' : `${log.size} blocks, root ${log.root}`}`,
    ...tableLines(
      [
        { title: 'METER', of: ({ meter }) => meter },
        { title: 'NEWEST', of: ({ newestAt }) => (newestAt === null ? '-' : utc(newestAt)) },
        { title: 'CONFLICTS', of: ({ conflicts }) => String(conflicts), align: 'right' },
      ],
      meters,
    ),
    ...damageLines(damaged),
    ...receipts.map(
      ({ by, grain, meter, purpose, outcome, lastAt, views }) =>
        `asked    ${utc(lastAt)}  ${by}: ${grain} of ${meter}, for ${purpose}: ${outcome}${views > 1 ? `, ${views} times` : ''}`,
    ),
  ]
}

function addExport(vault: Command, kit: CommandKit): void {
  vault
    .command('export')
    .description('write what the vault has of a meter to a file that only you can read')
    .requiredOption('--meter <meter>', 'of which meter')
    .addOption(
      new Option('--grain <grain>', 'how fine').choices(['second', 'slot', 'day', 'month']).default('slot'),
    )
    .option('--from <moment>', 'first day, such as 2026-05-01, or an instant such as 2026-05-01T10:15+02:00')
    .option('--until <moment>', 'the day, or the instant, after the last')
    .addOption(
      new Option('--format <format>', 'file format').choices(['csv', 'jsonl', 'parquet']).default('csv'),
    )
    .requiredOption('-o, --out <file>', 'the file; it must not exist yet')
    .addHelpText(
      'after',
      '\nExample:\n  tri vault export --meter home-1-meter --grain day --from 2026-05-01 --out may.csv',
    )
    .action(async ({ out, ...options }: ExportOptions, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const { meter, grain, from, until, format } = options
      const wish = { meter, grain, from, until, format, out: resolve(out) }
      const exported = await owner.run('vault-export', wish)
      context.answer(exported, [`${exported.out}  ${exported.bytes} bytes`, ...damageLines(exported.damaged)])
      if (exported.damaged.length > 0) kit.exitWith(EXIT.partial)
    })
}

function addSaving(vault: Command, kit: CommandKit): void {
  vault
    .command('backup <file>')
    .description('copy the vault to a new file, while the node goes on')
    .option('--with-key', `carry the key too, under a passphrase that is asked for (scripts: ${PASSPHRASE})`)
    .action(async (file: string, { withKey }: RestoreOptions, command: Command) => {
      const context = kit.context(command)
      const passphrase = withKey === true ? await newPassphrase(context) : undefined
      await using owner = await connectOwner(context)
      const backup = await owner.run('vault-backup', { out: resolve(file), passphrase })
      context.answer(backup, [
        backup.out,
        backup.hasKey
          ? 'It carries the key under your passphrase: whoever has the file may guess at it.'
          : 'It is of use only together with the key, which is not in it: keep a copy of vault/key elsewhere.',
      ])
    })
  vault
    .command('restore <file>')
    .description(
      'put a backup into a data folder that has no vault, and check every block; the node is stopped',
    )
    .option('--with-key', `take the key out of the backup, with its passphrase (scripts: ${PASSPHRASE})`)
    .option('--member <member>', 'whose vault it is, where the node holds several keys and reads no device')
    .action(async (file: string, { withKey, member }: RestoreOptions, command: Command) => {
      const context = kit.context(command)
      const passphrase =
        withKey === true ? await passphraseFrom(context, 'Passphrase of the backup: ') : undefined
      await using owner = await connectOwner(context)
      const restored = await owner.run('vault-restore', { from: resolve(file), passphrase, member })
      context.answer(restored, [
        `the vault of ${restored.owner} is back: ${restored.meters.join(', ')}`,
        ...checkLines(restored),
      ])
      if (!restored.isWhole) kit.exitWith(EXIT.tampered)
    })
}

function addCheck(vault: Command, kit: CommandKit): void {
  vault
    .command('check')
    .description('read every block, its signature and the log, and name what is damaged')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const report = await owner.run('vault-check', {})
      context.answer(report, checkLines(report))
      if (!report.isWhole) kit.exitWith(EXIT.tampered)
    })
}

function checkLines(report: OwnerTaskOutput<'vault-check'>): string[] {
  const { blocks, erased, damaged, unsigned, isLogWhole, isWhole } = report
  return [
    `${blocks} blocks read, ${erased} erased: ${isWhole ? 'all is whole' : 'NOT all is whole'}`,
    ...damageLines(damaged),
    ...unsigned.map((number) => `UNSIGNED  block ${number} is not signed by this household`),
    ...(isLogWhole ? [] : ['LOG      blocks are missing from the log, or were put in another’s place']),
    ...(isWhole ? [] : ['The rest is read without it. A backup from before may have what is missing.']),
  ]
}

function addErase(vault: Command, kit: CommandKit): void {
  vault
    .command('erase')
    .description('destroy what the vault has of a meter in a range, and the keys it was under; for good')
    .requiredOption('--meter <meter>', 'of which meter')
    .requiredOption(
      '--from <moment>',
      'first day, or the instant at which a quarter hour begins, such as 2026-05-01T10:15+02:00',
    )
    .requiredOption('--until <moment>', 'the day, or the instant, after the last; not in the future')
    .option('--keep-totals', 'keep the energy of quarter hours and days, and erase what is finer')
    .option('-y, --yes', 'do not ask')
    .action(async ({ meter, from, until, keepTotals, yes }: EraseOptions, command: Command) => {
      const context = kit.context(command)
      const wish = { meter, from, until, keepTotals: keepTotals === true }
      await using owner = await connectOwner(context)
      for (const line of erasureLines(await owner.run('vault-erasure', wish))) context.say(line)
      const isYes =
        yes === true || /^[ysYS]/.test((await context.terminal.ask('Erase it for good? [y/N] ')) ?? '')
      if (!isYes) throw new Fault('not-confirmed')
      const erased = await owner.run('vault-erase', wish)
      context.answer(erased, erasedLines(erased))
    })
}

function erasureLines({
  meter,
  fromLocal,
  untilLocal,
  keepTotals,
}: OwnerTaskOutput<'vault-erasure'>): string[] {
  return [
    `${meter}, from ${fromLocal} until ${untilLocal}: the readings${keepTotals ? '' : ', the energy of quarter hours, the sums of the days it touches'}, and the keys they are under are destroyed. Nobody can bring them back, and what a device sends of that time again is not kept.`,
    'What cannot be called back: what was stated for settlement, what was given to others, backups, and what the node keeps for its pages.',
  ]
}

const REMAINS: Readonly<Record<OwnerTaskOutput<'vault-erase'>['remains'][number], string>> = {
  'log-leaves': 'hashes and signatures of the erased blocks; they tell nobody what was read',
  'range-and-receipts': 'that this range was erased, and who had asked for it',
  'statements-sent': 'quarter hours that were stated for settlement, in the community’s book',
  'views-given': 'what somebody has read',
  'backups-made': 'backups made before, with their keys',
  'kept-for-pages': 'quarter hours and newest readings that the node keeps for its pages and statements',
}

function erasedLines({
  entries,
  blocks,
  keysDestroyed,
  resealed,
  remains,
}: OwnerTaskOutput<'vault-erase'>): string[] {
  return [
    `erased   ${entries} entries in ${blocks} blocks; ${keysDestroyed} keys destroyed; ${resealed} entries beside the range sealed anew`,
    ...remains.map((one) => `remains  ${REMAINS[one]}`),
  ]
}

function damageLines(damaged: OwnerTaskOutput<'vault-check'>['damaged']): string[] {
  return damaged.map(
    ({ meter, resolution, from, until, reason }) =>
      `DAMAGED  ${meter}, channel ${resolution}, ${utc(from)} until ${utc(until)}: ${reason}`,
  )
}

/** Asked twice: a slip of the finger would cost the backup. */
async function newPassphrase(context: Context): Promise<string> {
  const given = context.terminal.environment[PASSPHRASE]
  if (given !== undefined) return given
  const first = await passphraseFrom(context, 'New passphrase, 12 letters or more: ')
  if (first !== (await passphraseFrom(context, 'The same once more: '))) throw new Fault('passphrases-differ')
  return first
}

async function passphraseFrom({ terminal }: Context, question: string): Promise<string> {
  const given = terminal.environment[PASSPHRASE] ?? (await terminal.ask(question, { isSecret: true }))
  if (given === undefined || given === '') throw new Fault('passphrase-absent')
  return given
}

const utc = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`
