import { expect, test } from 'vitest'

import { leanHeap } from '../../src/cometbft/lean-heap.ts'

test('the heap is lean from the first engine to the last, and the usual one after it, however often one is closed', () => {
  const flags: string[] = []
  const hold = (): Disposable => leanHeap((flag) => void flags.push(flag))
  const first = hold()
  const second = hold()
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  expect(flags).toEqual(['--heap-growing-percent=50', '--semi-space-growth-factor=1'])
  second[Symbol.dispose]()
  expect(flags.slice(2)).toEqual(['--heap-growing-percent=0', '--semi-space-growth-factor=2'])
})
