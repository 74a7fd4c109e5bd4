import type { Abilities } from '@gantry/core/driver'

import { abilityCases } from './cases/abilities.ts'
import { clockCases, givenTimeCases, storedTimeCases } from './cases/clock.ts'
import { closingCases } from './cases/closing.ts'
import { conditionCases, unconditionalCases } from './cases/conditions.ts'
import { digestCases } from './cases/digests.ts'
import { keyCases } from './cases/keys.ts'
import { fetchingCases, sideBySideCases } from './cases/fetching.ts'
import { imageCases } from './cases/images.ts'
import { listingCases, orderCases } from './cases/listing.ts'
import { queryingCases } from './cases/querying.ts'
import { racingCases } from './cases/racing.ts'
import { readingCases } from './cases/reading.ts'
import { refusalCases } from './cases/refusals.ts'
import { resourceCases } from './cases/resources.ts'
import { retentionCases } from './cases/retention.ts'
import { signingCases } from './cases/signing.ts'
import { stoppingCases } from './cases/stopping.ts'
import { resumingCases, storingCases } from './cases/storing.ts'
import { changingTakingCases, conditionalTakingCases, takingCases, takingTimeCases } from './cases/taking.ts'
import { tierCases } from './cases/tiers.ts'
import { uploadPlanCases } from './cases/upload-plans.ts'
import { uploadRecoveryCases } from './cases/upload-recovery.ts'
import { conditionalUploadCases, timedUploadCases, uploadCases } from './cases/uploads.ts'
import { changeCases, versionCases } from './cases/versions.ts'
import { removingCases, writingCases } from './cases/writing.ts'
import type { CaseGroup, ConformanceCase } from './conformance-case.ts'

/** Promises about names, bytes and versions of any kind, which a store of images alone does not make. */
const ofAnyNames: readonly CaseGroup[] = [
  keyCases,
  writingCases,
  removingCases,
  readingCases,
  versionCases,
  changeCases,
  listingCases,
  orderCases,
  stoppingCases,
  racingCases,
  conditionCases,
  unconditionalCases,
  digestCases,
  clockCases,
  givenTimeCases,
  storedTimeCases,
  resourceCases,
  uploadCases,
  timedUploadCases,
  conditionalUploadCases,
  uploadRecoveryCases,
  uploadPlanCases,
  takingCases,
  takingTimeCases,
  conditionalTakingCases,
  changingTakingCases,
  signingCases,
  tierCases,
  retentionCases,
]

/** Promises that are kept whatever an entry's name is. */
const ofAll: readonly CaseGroup[] = [
  abilityCases,
  refusalCases,
  imageCases,
  fetchingCases,
  sideBySideCases,
  storingCases,
  resumingCases,
  queryingCases,
  closingCases,
]

/** All that a store of these abilities promises, to be run with any test runner, or none. */
export function conformanceCases(abilities: Abilities): readonly ConformanceCase[] {
  const groups = abilities.layout === undefined ? [...ofAnyNames, ...ofAll] : ofAll
  return groups.flatMap((cases) => cases(abilities))
}
