import type { Log } from '@tri/platform'
import { destination, pino } from 'pino'

const STDERR = 2

/**
 * The node's log: JSON lines on standard error, faults only unless TRI_LOG says `info`. What goes in names routes and
 * codes, never a reading, a name or an address.
 */
export function nodeLog(level = process.env['TRI_LOG'] ?? 'error'): Log {
  const isKnown = level in pino.levels.values || level === 'silent'
  const lines = pino(
    { level: isKnown ? level : 'error', base: null },
    destination({ fd: STDERR, sync: true }),
  )
  return {
    info: (fields, message) => lines.info(fields, message),
    error: (fields, message) => lines.error(fields, message),
  }
}
