import { type Attributes, compileSelection, needsHeader, type Selection } from '@gantry/core'

import type { Identified } from './job.ts'

/**
 * Whether nobody can say if a selection holds an entry, whose path it holds: it asks for what the header says, which could not
 * be read to its end, and nothing that was read of it until then says no.
 */
export function mayBeMeant(
  selection: Selection,
  {
    flaw,
    attributes,
    partly = {},
  }: { readonly [Part in 'attributes' | 'flaw' | 'partly']?: Identified[Part] | undefined },
): boolean {
  if (flaw === undefined || attributes !== undefined || !needsHeader(selection)) return false
  if (isOther(partly, selection)) return false
  return compileSelection(toldBy(partly, selection), { headers: true })({ path: '', attributes: partly })
}

/** A UID of it was read, and it is none of those that are asked for. */
function isOther(
  { StudyInstanceUID: study, SeriesInstanceUID: oneSeries, SOPInstanceUID: instance }: Attributes,
  { studies, series, instances }: Selection,
): boolean {
  const lacks = (wanted: readonly string[] | undefined, uid: string | undefined) =>
    uid !== undefined && wanted?.includes(uid) === false
  return lacks(studies, study) || lacks(series, oneSeries) || lacks(instances, instance)
}

function toldBy(partly: Attributes, { modalities, since, until }: Selection): Selection {
  return {
    ...(partly['Modality'] !== undefined && modalities !== undefined && { modalities }),
    ...(partly['StudyDate'] !== undefined && since !== undefined && { since }),
    ...(partly['StudyDate'] !== undefined && until !== undefined && { until }),
  }
}
