import type { Output } from '../io.ts'
import { widthOf } from './text.ts'

/** The area that is drawn on an output just now. */
const areas = new WeakMap<Output, LiveArea>()

/** A line that stays, above the area that may be drawn there. */
export function printAbove(output: Output, line: string): void {
  const area = areas.get(output)
  if (area === undefined) output.write(`${line}\n`)
  else area.print(line)
}

/** The last lines of a terminal, drawn again and again in place. */
export class LiveArea {
  readonly #output: Output
  #lines: readonly string[] = []

  constructor(output: Output) {
    this.#output = output
  }

  /** Lines must fit into the terminal's width. */
  draw(lines: readonly string[]): void {
    this.#output.write(this.#home() + lines.map((line) => `${line}\u001B[K`).join('\n'))
    this.#lines = lines
    areas.set(this.#output, this)
  }

  /** Prints lines that stay, above. */
  print(text: string): void {
    const lines = this.#lines
    this.clear()
    this.#output.write(`${text}\n`)
    if (lines.length > 0) this.draw(lines)
  }

  clear(): void {
    if (this.#lines.length === 0) return
    this.#output.write(this.#home())
    this.#lines = []
    areas.delete(this.#output)
  }

  /** Back to where the area begins, and everything below wiped; a terminal made narrower since has wrapped its lines. */
  #home(): string {
    if (this.#lines.length === 0) return ''
    const { columns } = this.#output
    const rows = this.#lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
    return rows > 1 ? `\r\u001B[${rows - 1}A\u001B[J` : '\r\u001B[J'
  }
}
