import { apiClient, type ApiClient } from '@tri/contract/client'

/** Where the application starts: empty, or the prefix that a proxy adds, without its last slash. */
const start = globalThis.document === undefined ? '' : new URL(document.baseURI).pathname.replace(/\/$/, '')

/** The node that served this page. */
export const node: ApiClient = apiClient(
  (url, request) => fetch(url, { ...request, credentials: 'same-origin' }),
  start,
)

/** The address of something the node serves, such as a CSV file. */
export function nodeAddress(path: string): string {
  return start + path
}
