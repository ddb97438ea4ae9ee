import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../edit/useStudio.tsx'
import { currentLanguage } from '../shared/language.ts'
import { server } from '../shared/server.ts'
import './suggestions.css'

/** Instructions to try on the picture, by kind of edit: those that its editors can do. */
export function Suggestions() {
  const { t } = useTranslation()
  const { base, editors, change } = useStudio()
  const picture = base?.picture?.id
  const { data = [] } = useQuery({
    queryKey: ['suggestions', picture],
    queryFn: ({ signal }) => server.suggestions(picture!, signal),
    enabled: picture !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const generates = editors.length > 0 && editors.every(({ kind }) => kind !== 'darkroom')
  const fitting = data.filter(({ isGenerative }) => generates || !isGenerative)
  if (fitting.length === 0) return null
  return (
    <fieldset className="suggestions">
      <legend className="unseen">{t('models.suggestions')}</legend>
      {fitting.map((each) => {
        const text = each[currentLanguage()]
        return (
          <button
            key={each.kind}
            type="button"
            title={t(`models.kind.${each.kind}`)}
            onClick={() => {
              change({ instruction: text })
              document.getElementById('instruction')?.focus()
            }}
          >
            {text}
          </button>
        )
      })}
    </fieldset>
  )
}
