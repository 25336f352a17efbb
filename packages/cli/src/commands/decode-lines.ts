import type { DecodedFrame, DecodeReport } from '@tri/node'

import { tableLines } from '../table.ts'

/** Frames of a capture that are shown to people; `--json` has them all. */
const FRAMES_SHOWN_MAX = 20

/** What a capture holds, for people. */
export function reportLines({ protocol, isGuessed, counts, frames }: DecodeReport): string[] {
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
