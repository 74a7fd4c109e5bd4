import { setFlagsFromString } from 'node:v8'

/** As the command line does when all is loaded: V8 lets its heap grow with the machine's memory, not with need. */
export function limitHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=100')
}
