import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Icon } from '../shared/icons.tsx'
import { server } from '../shared/server.ts'
import { notifyProblem } from '../shared/toasts.tsx'

/** On a server with keys: the account's name, and the log-out button, which also clears drafts. */
export function Account() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { data: me } = useQuery({ queryKey: ['me'], queryFn: server.me })
  if (!me?.needsKey || me.owner === null) return null
  const leave = async (): Promise<void> => {
    try {
      await server.logout()
      sessionStorage.clear()
      // The pages of the next one show nothing of this one.
      location.assign('/')
    } catch (error) {
      notifyProblem(error)
      void queries.invalidateQueries({ queryKey: ['me'] })
    }
  }
  const label = t('models.leave', { owner: me.owner })
  return (
    <button
      type="button"
      className="plain account"
      aria-label={label}
      title={label}
      onClick={() => void leave()}
    >
      <span className="owner">{me.owner}</span>
      <Icon name="leave" />
    </button>
  )
}
