import type { GcsFaultAction } from './gcs-fault.ts'
import type { GcsOperation } from './protocol/operation.ts'

const kibibyte = 1024

/**
 * What Google's own test server understands as `x-goog-emulator-instructions`, and in its retry tests: a failure that a
 * client's author asks for.
 */
export function actionOfInstruction(instruction: string): GcsFaultAction | undefined {
  const [, status, , kibibytes] = /^return-(\d{3})(-after-(\d+)K)?$/u.exec(instruction) ?? []
  if (status !== undefined && kibibytes !== undefined) {
    return { kind: 'answer-midway', status: Number(status), bytes: Number(kibibytes) * kibibyte }
  }
  if (status !== undefined) return { kind: 'answer', status: Number(status), code: 'emulated' }
  const [, , after] = /^stall-for-(\d+)s-after-(\d+)K$/iu.exec(instruction) ?? []
  if (after !== undefined) return { kind: 'stall', when: 'response-body', bytes: Number(after) * kibibyte }
  const [, cut] = /^return-broken-stream-final-chunk-after-(\d+)B$/u.exec(instruction) ?? []
  if (cut !== undefined) return { kind: 'truncate', bytes: Number(cut) }
  return plain[instruction]
}

const plain: Readonly<Record<string, GcsFaultAction>> = {
  'return-broken-stream': { kind: 'truncate', bytes: 4 },
  'return-corrupted-data': { kind: 'flip', what: 'returned', at: 0 },
  'return-reset-connection': { kind: 'reset', when: 'before' },
  'stall-always': { kind: 'stall', when: 'response-body', bytes: 0 },
  'stall-at-256KiB': { kind: 'stall', when: 'response-body', bytes: 256 * kibibyte },
}

/** What Google's test server calls the operation, in its retry tests. */
export function retryMethodOf(operation: GcsOperation): string {
  const [, method = ''] = operation.split('.')
  if (operation === 'objects.media') return 'storage.objects.get'
  return operation.startsWith('uploads.') ? 'storage.objects.insert' : `storage.${operation.split('.')[0]}.${method}`
}
