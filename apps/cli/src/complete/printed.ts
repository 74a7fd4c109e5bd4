/** What `print` writes by `console.log`: the completion library knows no other way out. */
export function printed(print: () => void): string {
  const lines: string[] = []
  const log = console.log
  console.log = (...values: unknown[]) => {
    lines.push(values.map(String).join(' '))
  }
  try {
    print()
  } finally {
    console.log = log
  }
  return lines.map((line) => `${line}\n`).join('')
}
