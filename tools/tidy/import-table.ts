/**
 * Every import a package's `src/` may make from another package of ours. Everything else is refused. A name with a slash
 * is one subpath of a package and nothing else of it.
 */
export const IMPORT_TABLE: Readonly<Record<string, readonly string[]>> = {
  units: [],
  exchange: ['units'],
  community: ['units', 'exchange'],
  ledger: ['units', 'community'],
  meters: ['units'],
  vault: ['units'],
  contract: ['units'],
  platform: ['contract', 'units', 'exchange', 'community', 'ledger'],
  web: ['contract', 'units', 'ledger/proof'],
  node: ['contract', 'units', 'exchange', 'community', 'ledger', 'meters', 'vault', 'platform'],
  cli: ['contract', 'units', 'node', 'ledger/proof'],
}

/** Packages whose result may depend on nothing but their arguments: every steward must compute the same bytes. */
export const PURE_PACKAGES: readonly string[] = ['units', 'exchange', 'community']

/** Packages that run outside Node as well: they name no `node:` module. */
export const BROWSER_PACKAGES: readonly string[] = ['contract', 'web']

/** Files that run outside Node as well, with everything they reach: the verifier of proofs, which the pages run too. */
export const BROWSER_ENTRIES: readonly string[] = ['packages/ledger/src/proof/index.ts']

/** Packages that may read the clock and set timers. */
export const CLOCK_PACKAGES: readonly string[] = ['ledger', 'meters', 'platform', 'web', 'node']

/** Where a pure package touches Node: SHA-256 and Ed25519 are pure functions that only the engine has. */
export const NODE_CRYPTO_FOLDER = 'packages/units/src/crypto/'
