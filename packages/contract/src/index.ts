export { apiMarkdown } from './api-markdown.ts'
export { addressOf, apiClient, type ApiClient, type CallableRoute, type FetchLike } from './client.ts'
export {
  FRAME_BYTES_SHOWN_MAX,
  FRAME_VALUES_SHOWN_MAX,
  HOUSEHOLD_DEVICES_MAX,
  SCAN_FINDS_MAX,
  SCAN_PLACES_MAX,
} from './device-shapes.ts'
export {
  HEARTBEAT_MS,
  STATE_EVERY_MS,
  liveEvents,
  type LiveEvent,
  type LiveEventName,
} from './event-shapes.ts'
export { MEMO_CHARACTERS_MAX } from './exchange-shapes.ts'
export { contractRefusals, type RefusalCode, type RefusalText } from './faults.ts'
export { PLACE_BLUR_M } from './nearby-shapes.ts'
export { API_VERSION, openApiDocument } from './open-api.ts'
export { API_PREFIX, isRouteName, paths, type RouteName } from './paths.ts'
export { isRefusalCode, problem, refusalCodes, type Problem } from './problem.ts'
export { ACCOUNT_LINES_MAX, routes, type Route, type Routes } from './routes.ts'
export { REASON_CHARACTERS_MAX } from './settle-shapes.ts'
export type {
  InputOf,
  Language,
  Mark,
  MemberName,
  Quality,
  RefusalOf,
  RequestOf,
  ResponseOf,
  RingName,
} from './types.ts'
