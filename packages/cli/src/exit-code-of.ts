import { EXIT, type ExitCode } from './exit-code.ts'

const byCode: Readonly<Record<string, ExitCode>> = {
  'file-unreadable': EXIT.notFound,
  'data-folder-absent': EXIT.notFound,
  'month-unknown': EXIT.notFound,
  'member-unknown': EXIT.notFound,
  'payee-unknown': EXIT.notFound,
  'coordinator-unknown': EXIT.notFound,
  'month-not-settled': EXIT.notFound,
  'posting-unknown': EXIT.notFound,
  'slot-not-settled': EXIT.notFound,
  'meter-not-hers': EXIT.notFound,
  'not-confirmed': EXIT.refused,
  'amount-unusable': EXIT.usage,
  'month-unusable': EXIT.usage,
  'option-unusable': EXIT.usage,
  'genesis-text-malformed': EXIT.usage,
  'speed-unusable': EXIT.usage,
  'task-input-unusable': EXIT.usage,
  'operation-refused': EXIT.refused,
  'limit-reached': EXIT.refused,
  'payer-is-payee': EXIT.refused,
  'key-not-held': EXIT.refused,
  'already-published': EXIT.refused,
  'month-closed': EXIT.refused,
  'month-incomplete': EXIT.partial,
  'node-unreachable': EXIT.network,
  'port-in-use': EXIT.network,
  'settlement-tampered': EXIT.tampered,
  'book-tampered': EXIT.tampered,
}

/** The exit code that a fault's code means to a shell; 1 where no better one fits. */
export function exitCodeOf(code: string): ExitCode {
  return byCode[code] ?? EXIT.failed
}
