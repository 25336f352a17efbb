/** Where every route of version 1 begins. */
export const API_PREFIX = '/api/v1'

/**
 * Method and path of every route, free of shapes: a page that only calls them does not carry the validation library.
 * `{name}` in a path is a parameter.
 */
export const paths = {
  state: { method: 'GET', path: '/state' },
  openSession: { method: 'POST', path: '/session' },
  session: { method: 'GET', path: '/session' },
  closeSession: { method: 'DELETE', path: '/session' },
  setLanguage: { method: 'PUT', path: '/session/language' },
  home: { method: 'GET', path: '/home' },
  homeDay: { method: 'GET', path: '/home/day' },
  nearby: { method: 'GET', path: '/nearby' },
  account: { method: 'GET', path: '/exchange/account' },
  whyDay: { method: 'GET', path: '/exchange/why/day' },
  whySlot: { method: 'GET', path: '/exchange/why/slot' },
  members: { method: 'GET', path: '/members' },
  pay: { method: 'POST', path: '/exchange/payments' },
  receipt: { method: 'GET', path: '/exchange/receipts/{id}' },
  months: { method: 'GET', path: '/settle/months' },
  checkMonth: { method: 'GET', path: '/settle/months/{month}/check' },
  substituteMonth: { method: 'POST', path: '/settle/months/{month}/substitute' },
  previewMonth: { method: 'GET', path: '/settle/months/{month}/preview' },
  publishMonth: { method: 'POST', path: '/settle/months/{month}/publish' },
  verifyMonth: { method: 'GET', path: '/settle/months/{month}/verify' },
  monthBundle: { method: 'GET', path: '/settle/months/{month}/bundle' },
  fileObjection: { method: 'POST', path: '/objections' },
  objections: { method: 'GET', path: '/objections' },
  ledger: { method: 'GET', path: '/ledger' },
  genesis: { method: 'GET', path: '/ledger/genesis' },
  operation: { method: 'GET', path: '/ledger/operations/{digest}' },
  myProof: { method: 'GET', path: '/exchange/proof' },
  devices: { method: 'GET', path: '/devices' },
  deviceTemplates: { method: 'GET', path: '/device-templates' },
  startScan: { method: 'POST', path: '/devices/scan' },
  scan: { method: 'GET', path: '/devices/scan' },
  testDevice: { method: 'POST', path: '/devices/test' },
  addDevice: { method: 'POST', path: '/devices' },
  removeDevice: { method: 'DELETE', path: '/devices/{id}' },
  events: { method: 'GET', path: '/events' },
} as const

/** The name of a route, which is also its operation in OpenAPI and its function in the client. */
export type RouteName = keyof typeof paths

/** Whether a text names a route. */
export function isRouteName(name: string): name is RouteName {
  return Object.hasOwn(paths, name)
}
