import type { DownloadReport } from '../engine/model.ts'
import { say, sayBytes } from '../words/say.ts'

/** Every file, as it was read back: to be compared, and kept. */
export function DownloadTable({ report }: { readonly report: DownloadReport }) {
  const save = () => {
    // As `sha256sum --check` reads it.
    const lines = report.files.map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    const url = URL.createObjectURL(new Blob(lines, { type: 'text/plain' }))
    Object.assign(document.createElement('a'), { href: url, download: 'SHA256SUMS' }).click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  }
  return (
    <>
      {report.errors.length > 0 && (
        <ul className="trouble">
          {report.errors.map(({ file, message }) => (
            <li key={`${file} ${message}`}>
              {file} {message}
            </li>
          ))}
        </ul>
      )}
      <div className="scrolling digests" tabIndex={0} role="region" aria-label={say('download.table')}>
        <table>
          <thead>
            <tr>
              <th>{say('download.file')}</th>
              <th>{say('download.size')}</th>
              <th>{say('download.sha256')}</th>
            </tr>
          </thead>
          <tbody>
            {report.files.map(({ path, size, sha256 }) => (
              <tr key={path}>
                <td title={path}>{shortOf(path)}</td>
                <td>{sayBytes(size)}</td>
                <td>
                  <code>{sha256}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="actions">
        <button type="button" onClick={save}>
          {say('download.export')}
        </button>
      </div>
    </>
  )
}

/** UIDs are long, and differ at their ends. */
function shortOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1)
  return last.length > 28 ? `…${last.slice(-27)}` : last
}
