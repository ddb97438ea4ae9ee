import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { server } from '../shared/server.ts'

/** What the server can edit with; loaded when somebody goes to it. */
export function ModelsPage() {
  const { t } = useTranslation()
  const { data: models = [] } = useQuery({ queryKey: ['models'], queryFn: server.models })
  return (
    <main className="models">
      <h1>{t('models.title')}</h1>
      <ul>
        {models.map(({ name, state }) => (
          <li key={name}>
            {name}: {state}
          </li>
        ))}
      </ul>
    </main>
  )
}
