import type { Figure } from './figure.ts'

/** What was measured since it was last taken. There is one a process, as there is one terminal: both get the same. */
class Notebook {
  #figures: Figure[] = []
  #peers: string[] = []

  note(figure: Figure): void {
    this.#figures.push(figure)
  }

  /** A server, or whom it was measured against, with the version. */
  met(peer: string): void {
    if (!this.#peers.includes(peer)) this.#peers.push(peer)
  }

  take(): { readonly figures: readonly Figure[]; readonly peers: readonly string[] } {
    const taken = { figures: this.#figures, peers: this.#peers }
    this.#figures = []
    this.#peers = []
    return taken
  }
}

export const notebook = new Notebook()
