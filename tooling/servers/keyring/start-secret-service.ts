import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ensureDebianPackages } from '../machine/debian.ts'
import { startServerProcess } from '../machine/server-process.ts'

export interface RunningSecretService {
  /** What a program needs to find it. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

const script = `
printf test | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
printf %s "$DBUS_SESSION_BUS_ADDRESS" > "$HOME/address"
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner string:org.freedesktop.secrets >/dev/null 2>&1
do sleep 0.1; kill -0 $! || exit 1
done
echo ready
cat >/dev/null
kill $!
`

/** Why there can be none here; installs what it needs. */
export async function secretServiceUnavailable(): Promise<string | undefined> {
  return await ensureDebianPackages(['dbus', 'dbus-bin', 'dbus-daemon', 'gnome-keyring'])
}

/** A keyring as desktops of Linux have it, unlocked, on a bus of its own; gone with this process. */
export async function startSecretService(): Promise<RunningSecretService> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-keyring-'))
  const places = { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home }
  const settings = Object.entries(places).map(([name, value]) => `${name}=${value}`)
  const server = await startServerProcess('env', [...settings, 'dbus-run-session', '--', 'bash', '-c', script])
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: await readFile(join(home, 'address'), 'utf8') },
    async close() {
      await server.kill()
      await rm(home, { recursive: true, force: true })
    },
  }
}
