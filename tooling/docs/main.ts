import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { readArguments } from '@gantry-tooling/arguments'

import { buildSite } from './build-site.ts'
import { markdownProblems, siteProblems } from './links.ts'

// npm run docs [-- --out folder]: builds the site and follows every link within it, and within all Markdown.
// With --check the site goes again afterwards.
const { values } = await readArguments(
  { options: { out: { type: 'string', default: 'site' }, check: { type: 'boolean' }, help: { type: 'boolean' } } },
  'Usage: npm run docs -- [--out FOLDER] [--check]',
)
const root = join(import.meta.dirname, '../..')
const out = values.check === true ? mkdtempSync(join(tmpdir(), 'gantry-site-')) : values.out
try {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
  })
  // Templates link to where they will be; changesets are no pages.
  const files = listed
    .toString()
    .split('\0')
    .filter((file) => file !== '' && !/(^\.changeset|\/template|^docs\/api)\//u.test(file))
  const problems = [...markdownProblems(root, files), ...(await buildSite(root, out)), ...siteProblems(out)]
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else if (values.check !== true) console.log(`The site is in ${out}: open ${join(out, 'index.html')}`)
} finally {
  if (values.check === true) rmSync(out, { recursive: true, force: true })
}
