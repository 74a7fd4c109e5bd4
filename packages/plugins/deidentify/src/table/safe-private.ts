/** A private attribute that is known to identify no one. */
export interface SafePrivate {
  readonly creator: string
  readonly group: number
  /** The low byte of the element. */
  readonly element: number
  readonly vr: string
}

/**
 * PS3.15 Table E.3.10-1, of it the numbers, codes and short texts that a device writes: bulk data, sequences, free texts
 * and UIDs of other images are left out, which the standard itself warns of. Creator: group, then element and VR of each.
 */
const table = `
Philips PET Private Group: 7053 00DS 09DS
ELSCINT1: 00E1 21DS 50DS; 01E1 26CS; 01F1 01CS 07DS 26DS 27DS
GEMS_ACQU_01: 0019 23DS 24DS 27DS
GEMS_PARM_01: 0043 27SH 39IS 6FDS
GEMS_HELIOS_01: 0045 01SS 02FL
GEMS_SERS_01: 0025 07SL
GEIIS PACS: 0903 10US 11US 12US
Philips Imaging DD 001: 2001 03FL 04CS
Philips MR Imaging DD 001: 2005 0DFL 0EFL
SIEMENS MR HEADER: 0019 0CIS 0DCS 0EFD 27FD
HOLOGIC, Inc.: 7E01 01LO 02SH
NQHeader: 0099 04SS 10FL 20SH 21FL
NQLeft: 0199 ${range(1, 0x16)}
NQRight: 0299 ${range(1, 0x16)}
SIEMENS Ultrasound SC2000: 0119 05UL 06UL 07UL 08UL 09SS 10SH 13IS; 0139 01SL; 0149 01FD 02FD 03FD
`

function range(first: number, last: number): string {
  const elements = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return elements.map((element) => `${element.toString(16).padStart(2, '0').toUpperCase()}FL`).join(' ')
}

/** What `safe-private` retains. */
export const safePrivate: readonly SafePrivate[] = table
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [creator = '', groups = ''] = line.split(': ')
    return groups.split('; ').flatMap((entry) => {
      const [group = '', ...elements] = entry.split(' ')
      return elements.map((element) => ({
        creator,
        group: Number.parseInt(group, 16),
        element: Number.parseInt(element.slice(0, 2), 16),
        vr: element.slice(2),
      }))
    })
  })
