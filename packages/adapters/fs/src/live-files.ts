const live = new Set<string>()

/** Files that writes of this process have under way: no sweep may take them for orphans. */
export function isLive(file: string): boolean {
  return live.has(file)
}

export function setLive(file: string): void {
  live.add(file)
}

export function unsetLive(file: string): void {
  live.delete(file)
}
