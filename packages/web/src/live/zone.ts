import { signal } from '@preact/signals'

/** The IANA zone of the community: set once its public state has arrived. */
export const zone = signal('UTC')
