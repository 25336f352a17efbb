import { resolve } from 'node:path'

import { decodeFile, type DecodedFrame, type DecodeReport } from '@tri/node'
import type { Command } from 'commander'

import type { CommandKit } from '../program.ts'
import { tableLines } from '../table.ts'

interface DecodeOptions {
  readonly protocol?: string
  readonly key?: string
  readonly authKey?: string
}

/** Frames of a capture that are shown to people; `--json` has them all. */
const FRAMES_SHOWN_MAX = 20

/** `tri device`: the meters, plants and chargers of a household. */
export function addDeviceCommands(program: Command, kit: CommandKit): void {
  const device = program.command('device').description('meters, plants and chargers of the household')
  device
    .command('decode <file>')
    .description(
      'print every frame of a capture: the verdict of its check, and its values where they may be used',
    )
    .option('--protocol <protocol>', 'what the device speaks; found by looking when left out')
    .option('--key <hex>', 'key of an encrypted meter, 32 hexadecimal digits')
    .option('--auth-key <hex>', 'its authentication key, where the grid operator gave one')
    .addHelpText('after', '\nExample:\n  tri device decode capture.bin --json')
    .action(async (file: string, { protocol, key, authKey }: DecodeOptions, command: Command) => {
      const context = kit.context(command)
      const report = await decodeFile({ file: resolve(file), protocol, key, authenticationKey: authKey })
      context.answer(report, reportLines(report))
    })
}

function reportLines({ protocol, isGuessed, counts, frames }: DecodeReport): string[] {
  const { valid, invalid, absent, usable } = counts
  const rest = frames.length - FRAMES_SHOWN_MAX
  return [
    `${protocol}${isGuessed ? ' (found by looking)' : ''}: ${frames.length} frames, check valid ${valid}, invalid ${invalid}, absent ${absent}; ${usable} usable`,
    ...frames.slice(0, FRAMES_SHOWN_MAX).flatMap((frame, index) => ['', ...frameLines(frame, index)]),
    ...(rest > 0 ? ['', `${rest} more frames: --json has them all`] : []),
  ]
}

function frameLines(
  { check, problem, refusedParts, device, measuredAt, byteCount, values }: DecodedFrame,
  index: number,
) {
  const facts = [
    `frame ${index + 1}: ${check}`,
    ...(problem === undefined ? [] : [`not used: ${problem}`]),
    ...(refusedParts === undefined ? [] : [`${refusedParts} parts refused`]),
    ...(device === undefined ? [] : [device]),
    ...(measuredAt === undefined ? [] : [measuredAt]),
    `${byteCount} bytes`,
  ]
  const rows = values.map(({ obis, name, value, unit }) => ({
    what: obis ?? name ?? '',
    value: String(value),
    unit: unit ?? '',
  }))
  const [, ...lines] = tableLines(
    [
      { title: '', of: (row) => `  ${row.what}` },
      { title: '', of: (row) => row.value, align: 'right' },
      { title: '', of: (row) => row.unit },
    ],
    rows,
  )
  return [facts.join(', '), ...lines]
}
