import { effect, signal, type Signal } from '@preact/signals'

/**
 * A choice that survives a restart. A browser that keeps nothing (private windows, blocked storage) still works: the
 * choice then lasts as long as the page.
 *
 * @param name    key in the browser's storage
 * @param choices every value that is understood; anything else found in the storage is ignored
 */
export function preference<T extends string>(name: string, choices: readonly T[], first: T): Signal<T> {
  const key = `tri.${name}`
  const kept = choices.find((choice) => choice === storage()?.getItem(key))
  const chosen = signal(kept ?? first)
  let isFirst = true
  effect(() => {
    const value = chosen.value
    if (!isFirst) storage()?.setItem(key, value)
    isFirst = false
  })
  return chosen
}

function storage(): Storage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    // Reading the property itself throws when the browser forbids storage.
    return undefined
  }
}
