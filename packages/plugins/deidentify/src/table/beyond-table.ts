import { keywordOfTag, tagOfKeyword, vrOfTag } from '@gantry/dicom'

/** What becomes of an attribute that Table E.1-1 does not name. */
export type BeyondTable = 'keep' | 'remove' | 'uid' | 'date' | 'clean'

/** UIDs that name what the standard or a vendor defines, and no instance. */
const structural = tagsOf(`SOPClassUID ReferencedSOPClassUID RelatedGeneralSOPClassUID OriginalSpecializedSOPClassUID
  SOPClassesInStudy SOPClassesSupported PertinentSOPClassesInStudy PertinentSOPClassesInSeries CodingSchemeUID
  ContextUID MappingResourceUID ContextGroupExtensionCreatorUID AvailableTransferSyntaxUID
  StoredInstanceTransferSyntaxUID FlowTransferSyntaxUID MACCalculationTransferSyntaxUID`)

/**
 * Identifying whatever their VR: who encrypted or described private data for whom, what people and animals are called
 * elsewhere, dates in other calendars, and serial numbers of what somebody wears.
 */
const identifying = tagsOf(`EncryptedAttributesSequence PrivateDataElementCharacteristicsSequence
  PrivateDataElementDefinitionSequence PatientBirthDateInAlternativeCalendar PatientDeathDateInAlternativeCalendar
  PatientAlternativeCalendar BreedRegistrationNumber DataSetType DataSetSubtype LengthToEnd RecordKey PriorRecordKey
  EncryptedContent Signature LocalNamespaceEntityID UniversalEntityID ObjectBinaryIdentifierTrial
  ObjectDirectoryBinaryIdentifierTrial HL7InstanceIdentifier AuthorizationEquipmentCertificationNumber
  ItineraryID NTPSourceAddress ReferenceToRecordedSound ProductLotIdentifier SubstanceAdministrationDeviceID
  SubstanceAdministrationNotes SystemStatusComment TestResultComment DoseComment FrameOfReferenceTransformationComment
  PlacerOrderNumberProcedure FillerOrderNumberProcedure PlacerOrderNumberImagingServiceRequestRetired
  FillerOrderNumberImagingServiceRequestRetired OwnerID BoardingPassID CarrierID AssignedLocation
  EncapsulatedDocumentLength PotentialReasonsForProcedure PotentialDiagnosticTasks SelectorUCValue`)

/** What somebody called it, or a number that somebody gave it: of therapy, films and printers, and how a substance was given. */
const called =
  tagsOf(`RTImageName ApplicationSetupName BlockTrayID BlockName WedgeID ApplicatorID AccessoryCode CompensatorID
  CompensatorTrayID BolusID MaterialID FluenceModeID BrachyAccessoryDeviceID BrachyAccessoryDeviceName SourceApplicatorID
  SourceApplicatorName ChannelShieldID ChannelShieldName SnoutID RangeShifterID LateralSpreadingDeviceID RangeModulatorID
  PatientSupportID PatientSupportAccessoryCode TrayAccessoryCode GeneralAccessoryID ImageID ContrastBolusRoute
  RadiopharmaceuticalRoute PrinterName PrintJobID PrintQueueID StorageMediaFileSetID HangingProtocolName
  HangingProtocolUserGroupName PatientReliabilityIndicator RouteOfAdmissions AcquisitionProtocolName`)

/** Codes (CS) that somebody types, as names of layers are: nothing is drawn by what they say, but by which of them are the same. */
const typed = tagsOf('ContentLabel GraphicLayer BodyPartExamined ViewPosition')
/** OverlayActivationLayer, of each group of overlays. */
const activationLayer = 0x60001001

/** Names of people in other words than PN, and free text in short VRs: by how their keywords end. */
const written =
  /(?:Description|Descriptions|Comment|Comments|Label|Explanation|DisplayName|ProtocolCreator|Trial|Notes|WelderIDs|BeamName)$/u
/** Texts of several values, of 64 characters or so each. */
export const shortTexts: ReadonlySet<string> = new Set(['LO', 'SH', 'UC'])

/** Names of people, addresses, and text that anybody may have written anything into. */
const freeVRs: ReadonlySet<string> = new Set(['PN', 'UR', 'LT', 'ST', 'UT', 'UN'])

/**
 * Table E.1-1 lists what standard images hold; what else the dictionary knows is judged by its kind. What the dictionary
 * does not know is removed, as is what has no place in a data set: commands, directories, group lengths.
 */
export function beyondTable(tag: number): BeyondTable {
  const vr = vrOfTag(tag)
  const group = tag >>> 16
  if (vr === undefined || keywordOfTag(tag) === undefined) return 'remove'
  if (group < 0x0008 || (tag & 0xffff) === 0 || identifying.has(tag) || freeVRs.has(vr)) return 'remove'
  if (vr === 'UI') return structural.has(tag) ? 'keep' : 'uid'
  if (vr === 'DA' || vr === 'DT' || vr === 'TM') return 'date'
  // What somebody typed: words that are known to name no one stay, for images are read by them.
  if (called.has(tag)) return 'clean'
  return shortTexts.has(vr) && written.test(keywordOfTag(tag) ?? '') ? 'clean' : 'keep'
}

/** Whether it is a code that may be what somebody called it. */
export function isTypedCode(tag: number): boolean {
  return typed.has(tag) || (tag & 0xff00ffff) >>> 0 === activationLayer
}

/** Whether it is a UID that names an instance, or a group of them. */
export function isInstanceUID(tag: number): boolean {
  return vrOfTag(tag) === 'UI' && beyondTable(tag) === 'uid'
}

function tagsOf(keywords: string): ReadonlySet<number> {
  return new Set(
    keywords.split(/\s+/u).map((keyword) => {
      const tag = tagOfKeyword(keyword)
      if (tag === undefined) throw new Error(`${keyword} is no keyword.`)
      return tag
    }),
  )
}
