import { join } from 'node:path'

import { readArguments } from '@gantry-tooling/arguments'

import { apiProblems, reportsFolder, writeApiReports } from './api-reports.ts'

// npm run api: writes what each package exports to docs/api. With --check it writes nothing, and fails where that differs.
const { values } = await readArguments(
  { options: { check: { type: 'boolean' }, help: { type: 'boolean' } } },
  'Usage: npm run api -- [--check]',
)
const root = join(import.meta.dirname, '../..')
if (values.check === true) {
  const problems = apiProblems(root)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
} else {
  console.log(`${writeApiReports(root)} reports are in ${reportsFolder}`)
}
