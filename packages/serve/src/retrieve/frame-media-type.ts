/** The media type of a frame as it is stored (PS3.18 table 8.7.3-5). */
export function frameMediaType(transferSyntaxUID: string): string {
  if (transferSyntaxUID === '1.2.840.10008.1.2.5') return 'image/dicom-rle'
  const [, number] = /^1\.2\.840\.10008\.1\.2\.4\.(\d{2,3})(?:\.1)?$/u.exec(transferSyntaxUID) ?? []
  return (number === undefined ? undefined : jpegFamily[number]) ?? octetStream
}

export const octetStream = 'application/octet-stream'

const jpegFamily: { readonly [number: string]: string } = {
  50: 'image/jpeg',
  51: 'image/jpeg',
  57: 'image/jpeg',
  70: 'image/jpeg',
  80: 'image/jls',
  81: 'image/jls',
  90: 'image/jp2',
  91: 'image/jp2',
  92: 'image/jpx',
  93: 'image/jpx',
  100: 'video/mpeg',
  101: 'video/mpeg',
  102: 'video/mp4',
  103: 'video/mp4',
  104: 'video/mp4',
  105: 'video/mp4',
  106: 'video/mp4',
  107: 'video/H265',
  108: 'video/H265',
  110: 'image/jxl',
  111: 'image/jxl',
  112: 'image/jxl',
  201: 'image/jphc',
  202: 'image/jphc',
  203: 'image/jphc',
}
