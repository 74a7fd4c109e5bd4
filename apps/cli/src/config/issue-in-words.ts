import type { z } from 'zod'

const named: Readonly<Record<string, string>> = {
  array: 'a list, in [ ]',
  object: 'an object, in { }',
  record: 'an object, in { }',
  string: 'a text',
}

/** What is wrong in a configuration, and where, for whoever wrote it. */
export function issueInWords(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${where}${issue.keys.map((key) => `"${key}"`).join(', ')} is not known there.`
    // The key itself is wrong: what it should be is said one level deeper.
    case 'invalid_key':
      return `${where}${issue.issues[0]?.message ?? issue.message}`
    case 'invalid_type':
      return `${where}It has to be ${named[issue.expected] ?? issue.expected}.`
    default:
      return `${where}${issue.message}`
  }
}
