/** Where a hub serves a place over DICOMweb. */
export const dicomwebPath = '/dicom-web'
