import type { TestModule, TestSuite } from 'vitest/node'

export type Tally = { passed: number; failed: number; skipped: number }

/** Counts tests, not files; a file that breaks before its tests are known counts as one failed test. */
export function tally(modules: readonly TestModule[]): Tally {
  const counts: Tally = { passed: 0, failed: 0, skipped: 0 }
  for (const module of modules) {
    let failures = 0
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') counts.passed++
      else if (state === 'failed') failures++
      else counts.skipped++
    }
    counts.failed += failures > 0 || module.ok() ? failures : 1
  }
  return counts
}

/** One line for each skipped test, with its reason where it gives one; a wholly skipped group is one line. */
export function skippedLines(module: TestModule): string[] {
  return linesOf(module, module.relativeModuleId)
}

function linesOf(parent: TestModule | TestSuite, name: string): string[] {
  const tests = [...parent.children.allTests()]
  const reasons = new Set(tests.map((test) => reasonOf(test)))
  const whole = tests.length > 1 && tests.every((test) => test.result().state === 'skipped') && reasons.size === 1
  if (whole && parent.type === 'suite') return [`${name} (${tests.length} tests)${[...reasons][0]}`]
  return [...parent.children].flatMap((child) => {
    const childName = `${name} > ${child.name}`
    if (child.type === 'suite') return linesOf(child, childName)
    return child.result().state === 'skipped' ? [`${childName}${reasonOf(child)}`] : []
  })
}

function reasonOf(test: { result(): { state: string; note?: string | undefined } }): string {
  const { note } = test.result()
  return note === undefined ? '' : `: ${note}`
}

/** One line for each failed test, and for a file that broke, with the first line of what it says. */
export function failedLines(module: TestModule): string[] {
  const broken = module.errors().map((error) => `${module.relativeModuleId}: ${firstLine(error.message)}`)
  const failed = [...module.children.allTests('failed')].map((test) => {
    const said = test.result().errors?.[0]?.message ?? ''
    return `${module.relativeModuleId} > ${test.fullName}: ${firstLine(said)}`
  })
  return [...broken, ...failed]
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** The closing line, in the form that those who count it expect. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
