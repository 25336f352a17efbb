import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { serveSample, type SampleLedger } from '@tri/platform/testing'

/** A site that journeys walk through: where it answers, and one-time paths that sign in, each good once. */
export interface Site extends AsyncDisposable {
  readonly origin: string
  householdPath(): string
  coordinatorPath(): string
}

/** A site whose payments a journey can settle by hand. */
export interface SampleSite extends Site {
  settlePayments(as: 'final' | 'refused'): void
}

export interface SiteOptions {
  /** The community's clock stands, so that pictures of it are the same every time. */
  readonly still?: boolean
  readonly port?: number
  /** Who keeps the sample's book; four stewards unless told. */
  readonly ledger?: SampleLedger
  /** Payments stay promised until `settlePayments`. */
  readonly slowFinality?: boolean
  readonly sensors?: { readonly production: boolean; readonly consumption: boolean }
}

export const WEB_ROOT = fileURLToPath(new URL('../../dist', import.meta.url))

/** Serves the built pages for a journey. The one place to change to send all of them through another node. */
export async function openSite(options: SiteOptions = {}): Promise<SampleSite> {
  if (!existsSync(`${WEB_ROOT}/index.html`)) throw new Error('the pages are not built: npm run build:web')
  return serveSample({ port: 0, webRoot: WEB_ROOT, ...options })
}
