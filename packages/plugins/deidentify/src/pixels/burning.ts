/** Modalities whose images have names and dates drawn into them more often than not, or are photographs of people. */
export const burningModalities: ReadonlySet<string> = new Set(
  'BDUS BMD DOC ECG ES GM HC HD IVUS OPM OPT OPV OT SC SMR SR US XC'.split(' '),
)

/** Roots of SOP classes: ultrasound, secondary capture, endoscopy and photographs. */
export const screenSOPClasses: readonly string[] = [
  '1.2.840.10008.5.1.4.1.1.3',
  '1.2.840.10008.5.1.4.1.1.6',
  '1.2.840.10008.5.1.4.1.1.7',
  '1.2.840.10008.5.1.4.1.1.77.1.1',
  '1.2.840.10008.5.1.4.1.1.77.1.4',
]

/** All that is given has to occur, in upper case. */
export interface BurningDevice {
  readonly maker?: string
  readonly model?: string
  readonly series?: string
  readonly imageType?: string
}

/** Film scanners, screen grabbers, work stations and reports, by what they say of themselves. */
export const burningDevices: readonly BurningDevice[] = [
  { maker: 'VIDAR' },
  { maker: 'HOWTEK' },
  { maker: 'ARRAY CORPORATION' },
  { maker: 'PACSGEAR' },
  { maker: 'VITAL IMAGES' },
  { maker: 'VOXAR' },
  { maker: 'TERARECON' },
  { maker: 'BRIT SYSTEMS' },
  { maker: 'CAMTRONICS' },
  { maker: 'MEDCON' },
  { maker: 'EPSON' },
  { maker: 'CODONICS' },
  { maker: 'GE MEDICAL', series: 'DOSE REPORT' },
  { maker: 'GE MEDICAL', series: 'SCREEN SAVE' },
  { maker: 'GE MEDICAL', model: 'ADVANTAGE WORKSTATION' },
  { maker: 'SIEMENS', series: 'PATIENT PROTOCOL' },
  { maker: 'SIEMENS', imageType: 'CSA REPORT' },
  { maker: 'PHILIPS', series: 'DOSE INFO' },
  { maker: 'TOSHIBA', series: 'DOSE' },
  { maker: 'CANON', series: 'DOSE' },
  { imageType: 'SCREEN SAVE' },
  { imageType: 'SCREENSHOT' },
  { imageType: 'DOSE_INFO' },
  { imageType: 'PASTED' },
  { imageType: 'FILMED' },
  { model: 'DIGITIZER' },
  { model: 'DIGITISER' },
  { model: 'SCREEN CAPTURE' },
]
