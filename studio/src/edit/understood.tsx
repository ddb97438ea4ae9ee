import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ServerError } from '../shared/ask.ts'
import { currentLanguage } from '../shared/language.ts'
import { server } from '../shared/server.ts'
import { useStudio } from './useStudio.tsx'

/** The pause in typing, in milliseconds, before the plan is requested. */
const restMs = 350

const anyBox = { x: 0, y: 0, width: 1, height: 1 }

/** Shows how the darkroom understands the instruction while it is typed, or its question. */
export function Understood() {
  const { t } = useTranslation()
  const { draft, base, editors } = useStudio()
  const instruction = useRested(draft.instruction.trim())
  const picture = base?.picture?.id
  const isOn = editors.some(({ kind }) => kind === 'darkroom') && instruction !== '' && picture !== undefined
  const others = draft.others.slice(0, 1).map(({ id }) => id)
  const hasRegion =
    draft.region !== undefined && draft.region.node === base?.id && draft.region.strokes.length > 0
  const { data, error } = useQuery({
    queryKey: ['plan', picture, instruction, ...others, hasRegion],
    // For what "this" is, a plan only asks whether there is a region, not which.
    queryFn: ({ signal }) =>
      server.plan({ picture: picture!, instruction, others, ...(hasRegion && { box: anyBox }) }, signal),
    enabled: isOn,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    placeholderData: keepPreviousData,
  })
  const lines = isOn && !error ? data?.lines[currentLanguage()] : undefined
  // Other faults are told when the edit is made.
  const problem =
    isOn && error instanceof ServerError && error.status < 500 && error.status > 0 ? error : undefined
  return (
    <div className="understood" aria-live="polite">
      {lines && lines.length > 0 && (
        <p>
          <span className="hint">{t('edit.understood')}</span> {lines.join(' → ')}
        </p>
      )}
      {problem && <p className="question">{problem.message}</p>}
    </div>
  )
}

function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs)
    return () => clearTimeout(timer)
  }, [value])
  // What was emptied is gone at once.
  return value === '' ? value : rested
}
