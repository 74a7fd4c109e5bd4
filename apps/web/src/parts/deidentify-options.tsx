import { useId } from 'react'

import type { DeidentifyChoice } from '../engine/model.ts'
import { say } from '../words/say.ts'

type Dates = 'removed' | 'modified-dates' | 'full-dates'
const dates: readonly Dates[] = ['removed', 'modified-dates', 'full-dates']
const retained = ['patient-characteristics', 'device', 'institution', 'safe-private', 'uids'] as const
const cleaned = ['descriptors', 'graphics'] as const

export const basicChoice: DeidentifyChoice = { retain: [], clean: [], blankRows: {} }

/** Options of the profile: what is kept besides what it keeps of every image. */
export function DeidentifyOptions({
  choice,
  onChange,
}: {
  readonly choice: DeidentifyChoice
  readonly onChange: (choice: DeidentifyChoice) => void
}) {
  const { retain, clean } = choice
  const id = useId()
  const kept: Dates = dates.find((one) => one !== 'removed' && retain.includes(one)) ?? 'removed'
  return (
    <details className="options">
      <summary>{say('deidentify.options')}</summary>
      <label htmlFor={id}>{say('deidentify.dates')}</label>
      <select
        id={id}
        value={kept}
        onChange={({ target }) => {
          const others = retain.filter((one) => one !== 'modified-dates' && one !== 'full-dates')
          const wanted = target.value as Dates
          onChange({ ...choice, retain: wanted === 'removed' ? others : [...others, wanted] })
        }}
      >
        {dates.map((one) => (
          <option key={one} value={one}>
            {say(`deidentify.dates.${one}`)}
          </option>
        ))}
      </select>
      {retained.map((one) => (
        <Check
          key={one}
          text={say(`deidentify.retain.${one}`)}
          checked={retain.includes(one)}
          onChange={(on) => onChange({ ...choice, retain: toggled(retain, one, on) })}
        />
      ))}
      {cleaned.map((one) => (
        <Check
          key={one}
          text={say(`deidentify.clean.${one}`)}
          checked={clean.includes(one)}
          onChange={(on) => onChange({ ...choice, clean: toggled(clean, one, on) })}
        />
      ))}
    </details>
  )
}

function Check({
  text,
  checked,
  onChange,
}: {
  readonly text: string
  readonly checked: boolean
  readonly onChange: (on: boolean) => void
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={({ target }) => onChange(target.checked)} />
      <span>{text}</span>
    </label>
  )
}

function toggled<One>(all: readonly One[], one: One, on: boolean): readonly One[] {
  const others = all.filter((other) => other !== one)
  return on ? [...others, one] : others
}
