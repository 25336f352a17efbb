import type { OwnerTaskOutput } from '@tri/node'
import { Fault } from '@tri/units'
import type { Command } from 'commander'

import { EXIT } from '../exit-code.ts'
import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'
import { credits, creditsFrom, kilowattHours } from '../quantities.ts'
import { tableLines } from '../table.ts'
import { provedLine } from './follow-lines.ts'
import { addProofCommands, verifyOffline, withOfflineFlags, type VerifyOptions } from './proof.ts'

interface PayOptions {
  readonly from: string
  readonly for?: string
  readonly yes?: boolean
}

/** `tri credit`: balances, payments, and the statement of an account. */
export function addCreditCommands(program: Command, kit: CommandKit): void {
  const credit = program.command('credit').description('Community Credit')
  credit
    .command('balance [member]')
    .description('the balance of a member, or of all; their sum is 0')
    .action(async (member: string | undefined, _: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const report = await owner.run('balances', member === undefined ? {} : { member })
      context.answer(report, [
        ...tableLines(
          [
            { title: 'ACCOUNT', of: ({ account }) => account },
            {
              title: 'BALANCE',
              of: ({ balanceMicroCredit }) => credits(balanceMicroCredit, true),
              align: 'right',
            },
            { title: '', of: ({ flagged }) => (flagged ? '^ below its limit' : '') },
          ],
          report.balances,
        ),
        ...(report.sumMicroCredit === null ? [] : [`sum of all accounts ${credits(report.sumMicroCredit)}`]),
        ...(report.proved === null ? [] : [provedLine(report.proved)]),
      ])
    })
  addPay(credit, kit)
  addLedger(credit, kit)
  addVerify(credit, kit)
  addProofCommands(credit, kit)
}

function addVerify(credit: Command, kit: CommandKit): void {
  withOfflineFlags(credit.command('verify'))
    .description('replay the whole log of operations and compare every account with the book')
    .action(async ({ offline, genesis }: VerifyOptions, command: Command) => {
      const context = kit.context(command)
      if (offline !== undefined) {
        if (!(await verifyOffline(context, { file: offline, genesis }))) kit.exitWith(EXIT.tampered)
        return
      }
      await using owner = await connectOwner(context)
      const report = await owner.run('verify-book', {})
      context.answer(report, [
        `${report.operations} operations replayed: ${report.ok ? 'the book is what they say' : `the book DIFFERS at ${report.differsAt ?? '?'}`}`,
        `sum of all accounts ${credits(report.sumMicroCredit)}`,
      ])
      if (!report.ok) kit.exitWith(EXIT.tampered)
    })
}

function addPay(credit: Command, kit: CommandKit): void {
  credit
    .command('pay <member> <amount>')
    .description('pay a member, from a member whose key this node holds')
    .requiredOption('--from <member>', 'who pays')
    .option('--for <memo>', 'what for')
    .option('-y, --yes', 'do not ask')
    .option('--id <key>', 'a key of your own: the same key pays once, however often it is sent')
    .addHelpText('after', '\nExample:\n  tri credit pay ada 12 --from leo --for "bread oven lesson"')
    .action(
      async (
        to: string,
        amount: string,
        options: PayOptions & { readonly id?: string },
        command: Command,
      ) => {
        const context = kit.context(command)
        const amountMicroCredit = creditsFrom(amount)
        if (amountMicroCredit === undefined) throw new Fault('amount-unusable', { amount })
        const question = `${options.from} pays ${to} ${credits(amountMicroCredit)}. Confirm? [y/N] `
        const isYes = options.yes === true || /^[ysYS]/.test((await context.terminal.ask(question)) ?? '')
        if (!isYes) throw new Fault('not-confirmed')
        await using owner = await connectOwner(context)
        const receipt = await owner.run('pay', {
          from: options.from,
          to,
          amountMicroCredit,
          memo: options.for ?? '',
          ...(options.id === undefined ? {} : { key: options.id }),
        })
        context.answer(receipt, receiptLines(receipt, context.language))
        if (receipt.standing === 'accepted') kit.exitWith(EXIT.partial)
        if (receipt.standing === 'refused') kit.exitWith(EXIT.refused)
      },
    )
}

/** What came of a payment: final, only promised yet, or refused. */
function receiptLines(receipt: OwnerTaskOutput<'pay'>, language: 'en' | 'it'): string[] {
  const { standing, refusal, balanceMicroCredit, from, to, id } = receipt
  const payment = `${credits(receipt.amountMicroCredit)} to ${to.name ?? to.id}  receipt ${id}`
  if (standing === 'refused') return [`refused  ${payment}`, ...(refusal === null ? [] : [refusal[language]])]
  if (standing === 'accepted' || balanceMicroCredit === null)
    return [
      `promised  ${payment}`,
      'A steward has taken it; it is not final yet. It becomes so by itself: do not pay again.',
    ]
  return [`paid  ${payment}`, `      ${from.id} keeps ${credits(balanceMicroCredit)}`]
}

function addLedger(credit: Command, kit: CommandKit): void {
  credit
    .command('ledger <member>')
    .description('the statement of an account, newest first')
    .option('--from <date>', 'first day')
    .option('--until <date>', 'the day after the last')
    .option('--limit <lines>', 'about so many lines: a day is never cut', '50')
    .action(
      async (
        member: string,
        options: { readonly from?: string; readonly until?: string; readonly limit: string },
        command: Command,
      ) => {
        const context = kit.context(command)
        await using owner = await connectOwner(context)
        const report = await owner.run('account', {
          member,
          limit: Number(options.limit),
          ...(options.from === undefined ? {} : { from: options.from }),
          ...(options.until === undefined ? {} : { until: options.until }),
        })
        context.answer(report, [
          ...tableLines(
            [
              { title: 'DAY', of: ({ day, at }) => day ?? new Date(at).toISOString().slice(0, 10) },
              { title: 'WHAT', of: ({ text }) => text },
              { title: 'RING', of: ({ ring, counterpart }) => ring ?? counterpart?.id ?? '' },
              { title: 'GAVE', of: ({ givenWh }) => energyOf(givenWh), align: 'right' },
              { title: 'RECEIVED', of: ({ receivedWh }) => energyOf(receivedWh), align: 'right' },
              {
                title: 'CREDIT',
                of: ({ amountMicroCredit }) => credits(amountMicroCredit, true),
                align: 'right',
              },
              {
                title: 'BALANCE',
                of: ({ balanceMicroCredit }) => credits(balanceMicroCredit, true),
                align: 'right',
              },
            ],
            report.lines,
          ),
          `balance ${credits(report.balanceMicroCredit)}`,
        ])
      },
    )
}

function energyOf(energyWh: number | null): string {
  return energyWh === null ? '' : kilowattHours(energyWh)
}
