/** The versions that are spoken, the newer first: a charger that offers both is spoken to in that one. */
export const OCPP_VERSIONS = ['ocpp2.0.1', 'ocpp1.6'] as const
/** One of OCPP_VERSIONS, which is the name of its WebSocket subprotocol. */
export type OcppVersion = (typeof OCPP_VERSIONS)[number]

/**
 * Actions that a version defines. What is among them and not served is answered NotSupported, what is not NotImplemented
 * (OCPP-J 1.6, section 4.2.3; OCPP-J 2.0.1, section 4.3).
 */
export const OCPP_ACTIONS: Readonly<Record<OcppVersion, readonly string[]>> = {
  'ocpp1.6':
    words(`Authorize BootNotification CancelReservation CertificateSigned ChangeAvailability ChangeConfiguration
    ClearCache ClearChargingProfile DataTransfer DeleteCertificate DiagnosticsStatusNotification ExtendedTriggerMessage
    FirmwareStatusNotification GetCompositeSchedule GetConfiguration GetDiagnostics GetInstalledCertificateIds
    GetLocalListVersion GetLog Heartbeat InstallCertificate LogStatusNotification MeterValues RemoteStartTransaction
    RemoteStopTransaction ReserveNow Reset SecurityEventNotification SendLocalList SetChargingProfile SignCertificate
    SignedFirmwareStatusNotification SignedUpdateFirmware StartTransaction StatusNotification StopTransaction
    TriggerMessage UnlockConnector UpdateFirmware`),
  'ocpp2.0.1':
    words(`Authorize BootNotification CancelReservation CertificateSigned ChangeAvailability ClearCache
    ClearChargingProfile ClearDisplayMessage ClearedChargingLimit ClearVariableMonitoring CostUpdated
    CustomerInformation DataTransfer DeleteCertificate FirmwareStatusNotification Get15118EVCertificate GetBaseReport
    GetCertificateStatus GetChargingProfiles GetCompositeSchedule GetDisplayMessages GetInstalledCertificateIds
    GetLocalListVersion GetLog GetMonitoringReport GetReport GetTransactionStatus GetVariables Heartbeat
    InstallCertificate LogStatusNotification MeterValues NotifyChargingLimit NotifyCustomerInformation
    NotifyDisplayMessages NotifyEVChargingNeeds NotifyEVChargingSchedule NotifyEvent NotifyMonitoringReport
    NotifyReport PublishFirmware PublishFirmwareStatusNotification ReportChargingProfiles RequestStartTransaction
    RequestStopTransaction ReservationStatusUpdate ReserveNow Reset SecurityEventNotification SendLocalList
    SetChargingProfile SetDisplayMessage SetMonitoringBase SetMonitoringLevel SetNetworkProfile SetVariableMonitoring
    SetVariables SignCertificate StatusNotification TransactionEvent TriggerMessage UnlockConnector UnpublishFirmware
    UpdateFirmware`),
}

function words(text: string): string[] {
  return text.split(/\s+/)
}
