/** Where a hub serves a place over DICOMweb. */
export const dicomwebPath = '/dicom-web'

/** What a token of a hub needs for what is served over DICOMweb. */
export const dicomwebScopes = { read: 'dicomweb:read', write: 'dicomweb:write' } as const
