import { accountLines, type AccountLine } from '@tri/community'

import type { NodeView } from './view.ts'

/** The line that an operation wrote in an account. Lines follow the order of operations, so it is found by halving. */
export function lineOfOperation(
  view: Pick<NodeView, 'store'>,
  account: string,
  sequence: number,
): AccountLine | undefined {
  const lineAt = (cursor: number) => accountLines(view.store, account, { cursor, limit: 1 }).lines[0]
  let low = 1
  let high = accountLines(view.store, account, { limit: 1 }).lines[0]?.number ?? 0
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((lineAt(middle)?.sequence ?? 0) < sequence) low = middle + 1
    else high = middle
  }
  const found = high === 0 ? undefined : lineAt(low)
  return found?.sequence === sequence ? found : undefined
}
