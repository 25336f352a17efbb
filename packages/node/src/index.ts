export { creditText, settleRunJson, settleRunReport } from './batch/report.ts'
export { settlementInput } from './batch/settlement-input.ts'
export { settleRun, type SettleRun, type SettleRunOptions, type SettleRunStep } from './batch/settle-run.ts'
export {
  COMMUNITY_FILE_BYTES_MAX,
  communityFromDocument,
  communityFromText,
  readCommunityFile,
} from './community-file/read-community-file.ts'
export {
  communityDocumentShape,
  type CommunityDocument,
  type MemberEntry,
  type MeterEntry,
  type NetworkEntry,
} from './community-file/document-shape.ts'
export { communitySchemaText } from './community-file/schema.ts'
export { nodeFaults } from './faults.ts'
export { readReadings, type ReadingColumns } from './readings/read-readings.ts'
export type { ReadingOptions } from './readings/reading-options.ts'
export { problemSentence, slotText, type Problem } from './problem.ts'
export { openSessionStore } from './sessions.ts'
export { initCommunity, type Founded } from './daemon/init-community.ts'
export { examine, type Finding } from './daemon/doctor.ts'
export { runDemo, type DemoOptions } from './daemon/run-demo.ts'
export type { ListenOptions, OneTimeLink } from './daemon/open-pages.ts'
export { runNode, type RunningNode } from './daemon/run-node.ts'
export {
  decodeFile,
  type DecodedFrame,
  type DecodedValue,
  type DecodeReport,
  type DecodeWish,
} from './devices/decode-file.ts'
export type { DeviceEntry } from './devices/device-tasks.ts'
export {
  deviceFrom,
  deviceTemplates,
  lookForDevices,
  serialPorts,
  testDevice,
  type DeviceWish,
  type FoundEntry,
  type LookWish,
  type SeenNow,
  type TemplateEntry,
} from './devices/device-wishes.ts'
export { EXPORTS, type ExportName } from './export/export-tables.ts'
export { restoreLedger, type LedgerExport, type RestoredLedger } from './ledger/book-export.ts'
export { faultTexts } from './fault-texts.ts'
export { loadKernel } from './kernel.ts'
export {
  openStewardsLab,
  playLabFault,
  type LabEvent,
  type LabFault,
  type LabOptions,
  type LabReport,
  type StewardsLab,
} from './lab/stewards-lab.ts'
export {
  openStreetLab,
  playStreetFault,
  type StreetDevice,
  type StreetLab,
  type StreetOptions,
  type StreetPlaces,
} from './lab/street-lab.ts'
export { METER_FAULTS, type MeterFault } from '@tri/meters'
export { connectToOwner, type OwnerConnection } from './owner/connect.ts'
export type { OwnerTaskInput, OwnerTaskName, OwnerTaskOutput } from './owner/tasks.ts'
export { NODE_VERSION } from './version.ts'
export {
  SHARING_RULES,
  readingOptionsFrom,
  ruleNameFrom,
  substitutionRuleFrom,
} from './readings/typed-options.ts'
export { isMemberBox } from './member-box/box-file.ts'
export type { BoxReport } from './member-box/box-report.ts'
export { beginMemberBox, type MemberJoining } from './member-box/join-member-box.ts'
export { lookOnce, runMemberBox, type MemberBoxRun, type RunningBox } from './member-box/run-member-box.ts'
export { backUp, restoreBackup, type Backup, type Restored } from './steward/backup.ts'
export { joinAsSteward, type Joined, type Joining } from './steward/join.ts'
