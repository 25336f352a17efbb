export { decodeAll, type Codec, type DecoderOptions, type FrameDecoder, type FrameKeys } from './codec.ts'
export { dlmsCodec } from './dlms/dlms-codec.ts'
export {
  generalCipheredFrom,
  openGeneralCiphered,
  type CipheringRefusal,
  type GeneralCiphered,
  type GeneralCipheredReading,
} from './dlms/general-ciphering.ts'
export { dsmrCodec, dsmrCodecFor, type DsmrClock } from './dsmr/dsmr-codec.ts'
export { dsmrTelegram, type DsmrTelegram } from './dsmr/telegram.ts'
export { metersFaults } from './faults.ts'
export {
  isUsable,
  PROTOCOLS,
  type CheckVerdict,
  type Frame,
  type MeterValue,
  type Protocol,
} from './frame.ts'
export type { DataSet } from './iec62056/data-set.ts'
export { iecCodec } from './iec62056/iec-codec.ts'
export {
  CALL_BAUD,
  readoutDialogue,
  REPEATS_MAX,
  type ReadoutDialogue,
  type ReadoutOptions,
} from './iec62056/readout-dialogue.ts'
export { iecReadout, type Readout } from './iec62056/readout.ts'
export { dialFile, type TailedFile } from './lines/file-dial.ts'
export { ANSWER_BYTES_MAX, dialHttp, type PulledAddress } from './lines/http-dial.ts'
export {
  keepLine,
  LINE_PAUSE_MS_MAX,
  LINE_PAUSE_MS_MIN,
  pauseAfter,
  reasonOf,
  type Attempt,
  type Dial,
  type LineOptions,
  type LinePorts,
  type LineState,
} from './lines/line.ts'
export {
  dialModbus,
  openModbus,
  REGISTERS_MAX,
  type ModbusAddress,
  type ModbusPoll,
  type ModbusReader,
  type RegisterRange,
  type RegisterTable,
} from './lines/modbus-dial.ts'
export { BROKER_CLIENTS_MAX, openBroker, type Broker, type BrokerOptions } from './lines/mqtt-broker.ts'
export {
  dialMqtt,
  MQTT_PAYLOAD_BYTES_MAX,
  type BrokerAddress,
  type MqttMessage,
  type MqttVoice,
} from './lines/mqtt-dial.ts'
export {
  dialSerial,
  openSerial,
  SERIAL_FORMATS,
  type SerialFormat,
  type SerialPort,
} from './lines/serial-dial.ts'
export type { Talk, TalkStep } from './lines/talk.ts'
export { dialTcp, type TcpAddress } from './lines/tcp-dial.ts'
export { dzgPowerAsMeant } from './sml/dzg-power.ts'
export { smlCodec } from './sml/sml-codec.ts'
export { decodeSunSpec } from './sunspec/model-chain.ts'
export { modelValues, type ModelPlace } from './sunspec/model-values.ts'
export { sunspecCodec } from './sunspec/sunspec-codec.ts'
export {
  modelReads,
  REGISTERS_READ_MAX,
  SUNSPEC_BASES,
  sunspecPlan,
  type RegisterRead,
  type SunSpecDevice,
  type SunSpecPlan,
  type SunSpecPlanOptions,
  type SunSpecRefusal,
} from './sunspec/sunspec-plan.ts'
export { evcc } from './payload/evcc.ts'
export { ENTITIES_MAX, homeAssistant } from './payload/home-assistant.ts'
export { homeWizard } from './payload/homewizard.ts'
export { openEms } from './payload/openems.ts'
export { PAYLOAD_PROTOCOLS } from './payload/payload-protocols.ts'
export type { Payload, PayloadProtocol, PayloadReader } from './payload/payload-reader.ts'
export { shelly } from './payload/shelly.ts'
export { tasmota } from './payload/tasmota.ts'
export { linkyCodec } from './linky/linky-codec.ts'
export { mbusCodec } from './mbus/mbus-codec.ts'
export {
  mbusDialogue,
  TELEGRAMS_MAX,
  TRIES_MAX,
  type MbusAddress,
  type MbusDialogue,
  type MbusRefusal,
  type MbusStep,
} from './mbus/mbus-dialogue.ts'
export { CODECS } from './codecs.ts'
export { CAPTURE_BYTES_MAX, type CaptureRefusal } from './decode/capture-bytes.ts'
export {
  decodeCapture,
  type DecodedCapture,
  type DecodeOptions,
  type DecodeRefusal,
} from './decode/decode-capture.ts'
export {
  deviceShape,
  lineName,
  lineShape,
  type DeviceSettings,
  type LineSettings,
} from './device/device-settings.ts'
export type { DeviceTemplate, RegisterFact, Speech } from './device/device-template.ts'
export { linesOf, type DeviceReport, type DeviceSink } from './device/device.ts'
export { DEVICES_MAX, openGateway, templateOf, type Gateway, type GatewayPorts } from './device/gateway.ts'
export {
  abilitiesOf,
  ABILITIES,
  DEVICE_ROLES,
  type Ability,
  type DeviceRole,
  type Observation,
} from './device/observation.ts'
export type { DrawLimit, Limiter, Switch } from './device/abilities.ts'
export { CHARGERS_PORT, HOUSEHOLD_TOKEN, type ChargersOptions } from './device/ocpp-device.ts'
export { openSenses, type Quantity, type Sense, type Senses } from './device/sense.ts'
export { DEVICE_TEMPLATES } from './device/templates.ts'
export {
  OCPP_MESSAGE_BYTES_MAX,
  openCentralSystem,
  type CentralSystem,
  type CentralSystemOptions,
} from './ocpp/central-system.ts'
export type { Authorization, AuthorizePolicy, ChargerEvent, ChargerFacts } from './ocpp/charger-desk.ts'
export { CHARGERS_MAX, STRANGERS_MAX, type KnownCharger } from './ocpp/charger-door.ts'
export type { OrderRefusal } from './ocpp/charger-link.ts'
export type { ChargerReport, YardPorts } from './ocpp/charger-yard.ts'
export type { ChargingOrders, ChargingPlace, OrderOutcome } from './ocpp/charging-orders.ts'
export type { ChargingLimit, LimitPeriod } from './ocpp/charging-limit.ts'
export { OCPP_VERSIONS, type OcppVersion } from './ocpp/ocpp-actions.ts'
export { fileTransactionStore } from './ocpp/transaction-file.ts'
export {
  memoryTransactionStore,
  TRANSACTIONS_MAX,
  type ChargingTransaction,
  type TransactionStore,
} from './ocpp/transactions.ts'
export {
  virtualCharger,
  type ChargerFace,
  type VirtualCharger,
  type VirtualChargerOptions,
} from './virtual/virtual-charger.ts'
export type { MeterFace } from './virtual/meter-face.ts'
export { dlmsPush } from './virtual/dlms-push.ts'
export { p1Telegram } from './virtual/p1-telegram.ts'
export { smlTelegram } from './virtual/sml-telegram.ts'
export {
  METER_FAULTS,
  openVirtualMeter,
  VIRTUAL_REGISTER_WH,
  type MeterFault,
  type VirtualMeter,
} from './virtual/virtual-meter.ts'
export { openPublisher, type Publishing, type VirtualPublisher } from './virtual/virtual-publisher.ts'
export { canMakeSerial, openVirtualSerial } from './virtual/virtual-serial.ts'
export { openVirtualReader, type VirtualReader } from './virtual/virtual-reader.ts'
export { spokenBytes, VIRTUAL_KINDS, type VirtualKind } from './virtual/virtual-kind.ts'
export { SUNSPEC_IMAGE_AT, sunspecImage, type SunSpecKind } from './virtual/sunspec-image.ts'
export {
  answerServer,
  askedServer,
  floatServer,
  imageServer,
  speakingServer,
  sunspecServer,
  telegramServer,
  type Shows,
  type TickingDevice,
  type VirtualDevice,
} from './virtual/virtual-devices.ts'
export {
  balancedSlot,
  COUNTER_TOLERANCE,
  FLOWS,
  isBeyond,
  type CounterRefusal,
  type CounterSlot,
  type CounterTolerance,
  type Direction,
  type Flow,
  type FlowEnergy,
  type FlowOrigin,
  type MeasuredFlows,
  type NeighbourShare,
} from './counter/energy-balance.ts'
export {
  BALANCED_SLOTS_MIN,
  LASTING_SLOTS_MIN,
  RESIDUAL_SLOTS_MIN,
  residualIncident,
  type CounterObservation,
  type PhaseEnergy,
  type ResidualCause,
  type ResidualIncident,
} from './counter/residual-cause.ts'
export {
  backfillTimes,
  readingClock,
  type Arrival,
  type BackfillTimes,
  type ClockRefusal,
  type Outage,
  type ReadingClock,
} from './slots/reading-clock.ts'
export { openRegisterHistory, type RegisterHistory, type Taken } from './slots/register-history.ts'
export {
  BRIDGED_MS_MAX,
  LATE_DAYS_MAX,
  type MeterChange,
  type MeterFacts,
  type MeterSource,
  type ReadingRefusal,
  type RegisterReading,
} from './slots/register-reading.ts'
export {
  QUALITY_CODE,
  type EstimateReason,
  type GapReason,
  type RegisterGap,
  type SlotChange,
  type SlotEnergy,
  type SlotIncident,
} from './slots/slot-energy.ts'
export {
  statementBytes,
  statementColumns,
  statementFrom,
  statementId,
  type MeterStatement,
  type StatementColumns,
} from './statements/meter-statement.ts'
export {
  OFFLINE_DAYS_MAX,
  openStatementQueue,
  STATEMENT_RATE,
  STATEMENTS_WAITING_MAX,
  type Due,
  type LeftStatement,
  type Put,
  type QueuedStatement,
  type StatementQueue,
  type StatementStore,
} from './statements/statement-queue.ts'
export { tokenBucket, type Rate, type TokenBucket } from './statements/token-bucket.ts'
export { wmbusCodec } from './wmbus/wmbus-codec.ts'
export {
  BROKER_DEVICES_MAX,
  scanDevices,
  type FoundDevice,
  type ScanPorts,
  type ScanWish,
} from './device/scan.ts'
export { tryDevice, type DeviceSilence } from './device/try-device.ts'
export { lineFrom, lineText, type LineTextRefusal } from './device/line-text.ts'
