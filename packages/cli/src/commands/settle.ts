import {
  problemSentence,
  readingOptionsFrom,
  ruleNameFrom,
  settleRun,
  settleRunJson,
  settleRunReport,
  SHARING_RULES,
  substitutionRuleFrom,
} from '@tri/node'
import { Fault } from '@tri/units'
import type { Command } from 'commander'

import { connectOwner } from '../owner-client.ts'
import { EXIT } from '../exit-code.ts'
import type { CommandKit } from '../program.ts'
import { withReadingFlags, type ReadingFlags } from '../reading-flags.ts'
import {
  checkLines,
  previewLines,
  publicationLines,
  restatementLines,
  verificationLines,
} from './settle-lines.ts'

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/

interface RunOptions extends ReadingFlags {
  readonly from?: string
  readonly to?: string
  readonly rule?: string
  readonly out?: string
  readonly substitute?: string
}

/** `tri settle`: the batch form for anybody's files, and the coordinator's month on a node's own book. */
export function addSettleCommands(program: Command, kit: CommandKit): void {
  const settle = program.command('settle').description('who shared which kWh with whom, and what it is worth')
  addRun(settle, kit)
  addReadiness(settle, kit)
  addPublishing(settle, kit)
  addVerify(settle, kit)
  addCorrection(settle, kit)
}

function addReadiness(settle: Command, kit: CommandKit): void {
  settle
    .command('check <month>')
    .description('how complete the readings of a month are, and where they are missing')
    .action(async (typed: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      const month = monthFrom(typed)
      await using owner = await connectOwner(context)
      const report = await owner.run('check-month', { month })
      context.answer(report, checkLines(report))
      if (!report.ready) kit.exitWith(EXIT.partial)
    })
  settle
    .command('fill <month>')
    .description('fill the gaps of a month by a named rule; what is filled is marked as substituted')
    .requiredOption('--rule <rule>', 'the substitution rule, as `tri settle check` lists them')
    .action(async (typed: string, { rule }: { readonly rule: string }, command: Command) => {
      const context = kit.context(command)
      const month = monthFrom(typed)
      await using owner = await connectOwner(context)
      const report = await owner.run('substitute-month', { month, rule })
      context.answer(report, checkLines(report))
      if (!report.ready) kit.exitWith(EXIT.partial)
    })
}

function addPublishing(settle: Command, kit: CommandKit): void {
  settle
    .command('preview <month>')
    .description('what each member would get, before anything is posted')
    .option('--rule <rule>', `another rule than the charter's: ${SHARING_RULES.join(', ')}`)
    .action(async (typed: string, { rule }: { readonly rule?: string }, command: Command) => {
      const context = kit.context(command)
      const month = monthFrom(typed)
      await using owner = await connectOwner(context)
      const preview = await owner.run('preview-month', {
        month,
        ...(rule === undefined ? {} : { rule }),
      })
      context.answer(preview, previewLines(preview))
    })
  settle
    .command('publish <month>')
    .description('settle a month, post the credit, and open the window for objections')
    .action(async (typed: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      const month = monthFrom(typed)
      await using owner = await connectOwner(context)
      const publication = await owner.run('publish-month', { month })
      context.answer(publication, publicationLines(publication))
    })
}

function addCorrection(settle: Command, kit: CommandKit): void {
  settle
    .command('object <month>')
    .description('object to a published month in a member’s name, so that its readings can be corrected')
    .requiredOption('--from <member>', 'who objects; this node holds the key')
    .requiredOption('--reason <text>', 'why')
    .action(
      async (typed: string, of: { readonly from: string; readonly reason: string }, command: Command) => {
        const context = kit.context(command)
        const month = monthFrom(typed)
        await using owner = await connectOwner(context)
        const objection = await owner.run('object', {
          month,
          member: of.from,
          reason: of.reason,
        })
        context.answer(objection, [
          `${objection.month} is open again: ${objection.reason}`,
          'next: tri energy import FILE --correction, then tri settle publish MONTH',
        ])
      },
    )
  settle
    .command('restate <month>')
    .description('settle again the days whose readings were corrected; only the differences are posted')
    .action(async (typed: string, _: unknown, command: Command) => {
      const context = kit.context(command)
      const month = monthFrom(typed)
      await using owner = await connectOwner(context)
      const report = await owner.run('restate-month', { month })
      context.answer(report, restatementLines(report))
    })
}

function addRun(settle: Command, kit: CommandKit): void {
  withReadingFlags(settle.command('run <community> <readings...>'))
    .description('settle anybody’s files: a community file, and readings as CSV or Parquet')
    .option('--from <date>', 'first local day, such as 2026-05-01')
    .option('--to <date>', 'last local day, included')
    .option('--rule <rule>', `another rule than the charter's: ${SHARING_RULES.join(', ')}`)
    .option('--substitute <rule>', 'fill missing readings by this rule, marked as substituted')
    .option('--out <folder>', 'write a statement a member and a row a slot there')
    .addHelpText(
      'after',
      '\nExamples:\n  tri settle run community.json may.csv\n  tri settle run community.toml *.parquet --from 2026-05-01 --to 2026-05-31 --out may/ --json',
    )
    .action(async (community: string, readings: string[], options: RunOptions, command: Command) => {
      const context = kit.context(command)
      const result = await settleRun({
        community,
        readings,
        from: options.from,
        to: options.to,
        out: options.out,
        rule: options.rule === undefined ? undefined : ruleNameFrom(options.rule),
        substitute: options.substitute === undefined ? undefined : substitutionRuleFrom(options.substitute),
        reading: readingOptionsFrom(options),
        onProgress: (step, done01) => context.progress(step, done01, 1),
      })
      if (!result.ok) {
        const problems = result.refusal.map((problem) => problemSentence(problem, context.language))
        throw new Fault('files-unusable', { problems })
      }
      for (const note of result.value.notes) context.say(problemSentence(note, context.language))
      context.answer(settleRunJson(result.value), [settleRunReport(result.value)])
    })
}

function addVerify(settle: Command, kit: CommandKit): void {
  settle
    .command('verify [month]')
    .description('recompute every credit from the readings and compare; all months unless one is named')
    .action(async (typed: string | undefined, _: unknown, command: Command) => {
      const context = kit.context(command)
      const month = typed === undefined ? undefined : monthFrom(typed)
      await using owner = await connectOwner(context)
      const reports = await owner.run('verify-months', month === undefined ? {} : { month })
      const isOne = month !== undefined && reports.length === 1
      context.answer(isOne ? reports[0] : reports, reports.flatMap(verificationLines))
      if (reports.some(({ ok }) => !ok)) kit.exitWith(EXIT.tampered)
    })
}

/** A month as it is typed. @throws Fault `month-unusable` */
export function monthFrom(text: string): string {
  if (!MONTH.test(text)) throw new Fault('month-unusable', { month: text })
  return text
}
