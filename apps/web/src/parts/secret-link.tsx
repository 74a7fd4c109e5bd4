import { useId, useMemo, useState } from 'react'
import { encode } from 'uqr'

import { say } from '../words/say.ts'

/** The link, once: to be copied, or read by a phone. */
export function SecretLink({ secret, onCopied }: { readonly secret: string; readonly onCopied: () => void }) {
  const [copied, setCopied] = useState(false)
  const id = useId()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret)
      setCopied(true)
      onCopied()
    } catch {
      document.getElementById(id)?.focus()
    }
  }
  return (
    <div className="link">
      <p role="status" className="good">
        {say('share.done')}
      </p>
      <label htmlFor={id}>{say('share.link')}</label>
      <div className="copy">
        <input
          id={id}
          readOnly
          value={secret}
          onCopy={onCopied}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <button type="button" className="main" autoFocus onClick={() => void copy()}>
          {copied ? say('share.copied') : say('share.copy')}
        </button>
      </div>
      <p className="hint">{say('share.secretHint')}</p>
      <QrCode text={secret} />
    </div>
  )
}

function QrCode({ text }: { readonly text: string }) {
  const { size, path } = useMemo(() => {
    const code = encode(text, { ecc: 'L', border: 2 })
    const dark = code.data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])))
    return { size: code.size, path: dark.join('') }
  }, [text])
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={say('share.qr')}>
      <rect width={size} height={size} />
      <path d={path} />
    </svg>
  )
}
