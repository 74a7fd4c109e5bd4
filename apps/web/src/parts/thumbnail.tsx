import { useEffect, useState } from 'react'

import type { Remote } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'

/** The middle of a study, as its server draws it; nothing where it does not. */
export function Thumbnail({ remote, study }: { readonly remote: Remote; readonly study: string }) {
  const { engine } = useApp()
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    let made: string | undefined
    const asking = engine.thumbnail(remote, study)
    const show = async () => {
      made = URL.createObjectURL(await asking)
      setUrl(made)
    }
    show().catch(() => {})
    return () => {
      asking.stop()
      if (made !== undefined) URL.revokeObjectURL(made)
    }
  }, [engine, remote, study])
  return url === undefined ? <span className="thumbnail" /> : <img className="thumbnail" src={url} alt="" />
}
