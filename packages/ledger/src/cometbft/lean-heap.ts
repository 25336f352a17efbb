import { setFlagsFromString } from 'node:v8'

/** Old space grows by half of what is in use, not by several times that; new space stays as large as it is. */
const LEAN = ['--heap-growing-percent=50', '--semi-space-growth-factor=1']
/** What V8 does when nobody asks. */
const USUAL = ['--heap-growing-percent=0', '--semi-space-growth-factor=2']

let held = 0

/**
 * Keeps the garbage of this process small until it is disposed of: a steward's box is small, and an ordering engine runs
 * beside this process. A book of a hundred thousand payments has some 50 MB in use, on which V8 lets several times as
 * much garbage pile up, with the buffers that hang on it. Collecting it earlier costs about a fifth of the time.
 */
export function leanHeap(setFlag: (flag: string) => void = setFlagsFromString): Disposable {
  if (held++ === 0) LEAN.forEach((flag) => setFlag(flag))
  let isHeld = true
  return {
    [Symbol.dispose]() {
      if (!isHeld) return
      isHeld = false
      if (--held === 0) USUAL.forEach((flag) => setFlag(flag))
    },
  }
}
