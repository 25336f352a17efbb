export { PAGE_POLICY } from './door.ts'
export { platformFaults } from './faults.ts'
export { type Address, type PortInUse } from './listen.ts'
export { EVENTS_KEPT_MAX, STREAMS_MAX, STREAMS_PUBLIC_MAX, type Announcement } from './live-stream.ts'
export { prometheusText, type Figure, type MetricsPort } from './metrics.ts'
export {
  BODY_BYTES_MAX,
  CONNECTIONS_MAX,
  openPlatform,
  type Injected,
  type InjectedAnswer,
  type Platform,
  type PlatformPorts,
} from './platform.ts'
export {
  systemClock,
  type Clock,
  type FileAnswer,
  type HandledRoute,
  type Handler,
  type HandlerRefusal,
  type Handlers,
  type Log,
  type Reader,
} from './ports.ts'
export { memorySessions, type LinkRecord, type SessionRecord, type SessionStore } from './session-store.ts'
export { CLAIMS_PER_MINUTE_MAX, LINK_VALID_MS, SESSION_VALID_MS } from './sessions.ts'
export { csvCell } from './table.ts'
