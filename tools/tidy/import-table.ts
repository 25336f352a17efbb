/** Every import a package's `src/` may make from another package of ours. Everything else is refused. */
export const IMPORT_TABLE: Readonly<Record<string, readonly string[]>> = {
  units: [],
  exchange: ['units'],
  community: ['units', 'exchange'],
  ledger: ['units', 'community'],
  contract: ['units'],
  platform: ['contract', 'units', 'exchange', 'community', 'ledger'],
  web: ['contract', 'units'],
  node: ['contract', 'units', 'exchange', 'community', 'ledger', 'platform'],
  cli: ['contract', 'units', 'node'],
}

/** Packages whose result may depend on nothing but their arguments: every steward must compute the same bytes. */
export const PURE_PACKAGES: readonly string[] = ['units', 'exchange', 'community']

/** Packages that run outside Node as well: they name no `node:` module. */
export const BROWSER_PACKAGES: readonly string[] = ['contract', 'web']

/** Packages that may read the clock and set timers. */
export const CLOCK_PACKAGES: readonly string[] = ['ledger', 'platform', 'web', 'node']

/** Where a pure package touches Node: SHA-256 and Ed25519 are pure functions that only the engine has. */
export const NODE_CRYPTO_FOLDER = 'packages/units/src/crypto/'
