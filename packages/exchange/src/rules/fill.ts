import type { Slot } from '@tri/units'

import { sumOf, type Apportion } from './apportion.ts'

/**
 * Pours a pot of surplus into the needs of one interval: the shape that all rules without a pair list share.
 *
 * @param potWh    Wh there is to pour
 * @param needWh   by column: what each can take at most
 * @param parts    overwritten: what each gets, 0 <= parts[i] <= needWh[i]; they sum to at most `potWh`
 * @param interval seeds the rounding
 */
export type Fill = (potWh: number, needWh: Int32Array, parts: Int32Array, interval: Slot) => void

// Seeds of the roundings that one interval may need; a group's seed is a hash of its node, never one of these.
const KEY_PRO_RATA = 1
const KEY_STATIC = 2
const KEY_EQUAL = 3
const KEY_ROUNDS = 16

/**
 * (a) pool-min: what a pool can share is the lesser of all its surplus and all its need.
 *
 *     S = min(sum G, sum L)
 */
export function poolMin(surplusWh: Int32Array, needWh: Int32Array): number {
  return Math.min(sumOf(surplusWh), sumOf(needWh))
}

/**
 * (b) capped static key, one round: A_i = min(k_i x pot, L_i). What a meter cannot use returns to the producers.
 *
 * @param keys by column, >= 0, not all 0
 */
export function cappedKey(apportion: Apportion, keys: Int32Array): Fill {
  return (potWh, needWh, parts, interval) => {
    apportion(potWh, keys, parts, { interval, key: KEY_STATIC })
    for (let i = 0; i < parts.length; i++) parts[i] = Math.min(parts[i] ?? 0, needWh[i] ?? 0)
  }
}

/**
 * (c) capped static key, several rounds: what a meter cannot use is split again by the keys, renormalised over those
 * who are still short, until the pot is empty or nobody with a key is short.
 *
 * Each round but the last satisfies at least one meter, so there are at most as many rounds as meters, and one.
 *
 * @param keys by column, >= 0
 */
export function cappedKeyRounds(apportion: Apportion, keys: Int32Array): Fill {
  const shortKeys = new Int32Array(keys.length)
  const quotas = new Int32Array(keys.length)
  return (potWh, needWh, parts, interval) => {
    parts.fill(0)
    let left = potWh
    for (let round = 0; left > 0; round++) {
      for (let i = 0; i < keys.length; i++)
        shortKeys[i] = (parts[i] ?? 0) < (needWh[i] ?? 0) ? (keys[i] ?? 0) : 0
      if (sumOf(shortKeys) === 0) return
      apportion(left, shortKeys, quotas, { interval, key: KEY_ROUNDS + round })
      for (let i = 0; i < keys.length; i++) {
        const got = Math.min(quotas[i] ?? 0, (needWh[i] ?? 0) - (parts[i] ?? 0))
        parts[i] = (parts[i] ?? 0) + got
        left -= got
      }
    }
  }
}

/** (d) pro rata to need: A_i = S x L_i / sum L, with S = min(pot, sum L). */
export function proRata(apportion: Apportion): Fill {
  return (potWh, needWh, parts, interval) => {
    apportion(Math.min(potWh, sumOf(needWh)), needWh, parts, { interval, key: KEY_PRO_RATA })
  }
}

/**
 * (e) equal share by water filling: everybody gets the same, or all of her need if that is less.
 *
 *     A_i = min(L_i, level),  the level such that sum A = min(pot, sum L)
 *
 * The level is a whole number of Wh; of those above it, as many as Wh are left get one Wh more.
 */
export function equalShare(apportion: Apportion): Fill {
  let short = new Int32Array(0)
  let extra = new Int32Array(0)
  return (potWh, needWh, parts, interval) => {
    if (short.length !== needWh.length) [short, extra] = [new Int32Array(needWh), new Int32Array(needWh)]
    const { level, left } = waterLevel(potWh, needWh)
    for (let i = 0; i < needWh.length; i++) short[i] = (needWh[i] ?? 0) > level ? 1 : 0
    apportion(left, short, extra, { interval, key: KEY_EQUAL })
    for (let i = 0; i < needWh.length; i++) parts[i] = Math.min(needWh[i] ?? 0, level) + (extra[i] ?? 0)
  }
}

/** The whole level that a pot reaches, and the Wh left over: fewer than there are needs above the level. */
function waterLevel(potWh: number, needWh: Int32Array): { readonly level: number; readonly left: number } {
  let level = 0
  let filledBefore = -1
  // Needs below the level leave their rest to the others, which raises the level, until no further need drowns.
  for (;;) {
    let filled = 0
    let filledWh = 0
    for (let i = 0; i < needWh.length; i++) {
      const need = needWh[i] ?? 0
      if (need > level) continue
      filled++
      filledWh += need
    }
    const short = needWh.length - filled
    if (short === 0) return { level, left: 0 }
    const left = potWh - filledWh
    if (filled === filledBefore) return { level, left: left - level * short }
    filledBefore = filled
    level = Math.floor(left / short)
  }
}

/**
 * Priority tiers around any fill: the first tier is served as if it were alone, the next one from what is left.
 *
 * @param tiers by column, 1 is first
 */
export function inTiers(fill: Fill, tiers: Int32Array): Fill {
  const ordered = [...new Set(tiers)].sort((a, b) => a - b)
  const tierNeed = new Int32Array(tiers.length)
  const tierParts = new Int32Array(tiers.length)
  return (potWh, needWh, parts, interval) => {
    parts.fill(0)
    let left = potWh
    for (const tier of ordered) {
      for (let i = 0; i < tiers.length; i++) tierNeed[i] = tiers[i] === tier ? (needWh[i] ?? 0) : 0
      fill(left, tierNeed, tierParts, interval)
      for (let i = 0; i < tiers.length; i++) parts[i] = (parts[i] ?? 0) + (tierParts[i] ?? 0)
      left -= sumOf(tierParts)
    }
  }
}
