import type { Output } from '../io.ts'
import { toJsonLine } from '../render/json.ts'
import type { Reporter } from './reporter.ts'

/** Every event as one line; the README documents the shapes. */
export function jsonReporter(output: Output): Reporter {
  const say = (value: object) => output.write(toJsonLine(value))
  return {
    begin({ id, from, to, resumed }) {
      say({ type: 'job', id, from, to, resumed })
    },
    event(event) {
      // The result comes last, with the exit code.
      if (event.type !== 'complete') say(event)
    },
    note() {},
    end() {},
  }
}
