/** How often stewards are asked again while one of them says that an operation is still on its way: she may lie. */
const ROUNDS_MAX = 3

/** What a steward said of an operation, apart from final, which is proved. */
export type SaidOfOperation = 'refused' | 'unknown' | 'accepted'

/** Decides from what stewards say of one operation whether it is to be believed that it came to nothing. */
export interface RefusalWatch {
  /**
   * Whether more stewards refused than may lie. From then on the bytes are handed in no more: each steward is asked how they
   * stand, because a copy that one of them took before may have become final while the others refused.
   */
  readonly isAskingAgain: boolean
  /** Takes one answer; `steward` is her door’s key. */
  says(steward: string, said: SaidOfOperation): void
  /** Every steward was asked again, and none proved it final. @returns whether “refused” is to be believed now */
  isRefusedAfterRound(): boolean
}

/**
 * The rule of “refused”: more stewards than may lie refused, and as many said afterwards that it is not in the book and not on
 * its way. While another one says that it is on its way, they are asked again, three times at most: a liar may delay the
 * word, and cannot withhold it.
 *
 * @param liars how many stewards may say anything: f of 3f + 1
 */
export function refusalWatch(liars: () => number): RefusalWatch {
  const refusing = new Set<string>()
  const denying = new Set<string>()
  let [isOnItsWay, rounds] = [false, 0]
  const isAskingAgain = (): boolean => refusing.size > liars()
  return {
    get isAskingAgain() {
      return isAskingAgain()
    },
    says(steward, said) {
      if (!isAskingAgain()) {
        if (said === 'refused') refusing.add(steward)
      } else if (said === 'accepted') isOnItsWay = true
      else denying.add(steward)
    },
    isRefusedAfterRound() {
      rounds += 1
      const isBelieved = denying.size > liars() && (!isOnItsWay || rounds >= ROUNDS_MAX)
      if (!isBelieved) denying.clear()
      isOnItsWay = false
      return isBelieved
    },
  }
}
