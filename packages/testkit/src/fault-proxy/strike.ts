import type { Body } from './body.ts'
import type { Corrupt, Fault, Point, Reset, Stall, Truncate } from './fault.ts'
import type { Line } from './line.ts'
import type { Decision } from './schedule.ts'

/** A fault that strikes at a point of a message. */
export type PointFault = Reset | Stall | Truncate | Corrupt

export function isPointFault(fault: Fault): fault is PointFault {
  return ['reset', 'stall', 'truncate', 'corrupt'].includes(fault.kind)
}

export interface Strike {
  readonly decision: Decision
  readonly fault: PointFault
  /** Performs a reset, stall or truncation; false where nothing may follow. */
  readonly act: (passed: number) => Promise<boolean>
  /** Tells of a flipped bit. */
  readonly corrupted: (at: number, bit: number) => void
}

/**
 * Passes a body on, and strikes once where the fault says. False where the strike ended the connection.
 * Never holds more than the chunk at hand.
 */
export async function relay(body: Body, line: Line, strike?: Strike): Promise<boolean> {
  let passed = 0
  let armed = strike
  const strikeIfDue = async (): Promise<boolean> => {
    if (armed === undefined || armed.fault.kind === 'corrupt' || pointOf(armed, body.extent) !== passed) return true
    const due = armed
    armed = undefined
    await line.flush()
    return due.act(passed)
  }
  if (!(await strikeIfDue())) return false
  for await (const piece of body) {
    let rest: Uint8Array = piece.bytes
    if (piece.payload && armed !== undefined) {
      if (!(await strikeIfDue())) return false
      const before = (pointOf(armed, body.extent) ?? Infinity) - passed
      if (armed?.fault.kind === 'corrupt' && before < rest.length) {
        rest = flipped(rest, before, passed, armed)
        armed = undefined
      } else if (armed !== undefined && before <= rest.length) {
        await line.send(rest.subarray(0, before))
        passed += before
        rest = rest.subarray(before)
        if (!(await strikeIfDue())) return false
      }
    }
    await line.send(rest)
    if (piece.payload) passed += rest.length
  }
  return strikeIfDue()
}

/** Undefined until the body's extent is known. */
function pointOf(strike: Strike | undefined, extent: number | undefined): number | undefined {
  if (strike === undefined) return undefined
  const { fault, decision } = strike
  const at: Point | undefined = fault.at
  if (typeof at === 'number') return at
  if (typeof at === 'object') return extent === undefined ? undefined : Math.floor((extent * at.sixteenths) / 16)
  if (fault.kind !== 'corrupt') return 0
  return extent === undefined ? undefined : Math.floor(extent * decision.draw('byte'))
}

function flipped(bytes: Uint8Array, at: number, passed: number, { fault, decision, corrupted }: Strike): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const bit = (fault.kind === 'corrupt' ? fault.bit : undefined) ?? Math.floor(8 * decision.draw('bit'))
  copy[at] = (copy[at] as number) ^ (1 << bit)
  corrupted(passed + at, bit)
  return copy
}
