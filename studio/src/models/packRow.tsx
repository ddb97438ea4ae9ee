import { useTranslation } from 'react-i18next'
import { Icon } from '../shared/icons.tsx'
import type { ServicePack } from '../shared/server.ts'
import { bytesText } from './figures.ts'
import { TransferBar } from './transferBar.tsx'

interface PackRowProps {
  readonly pack: ServicePack
  readonly isAdmin: boolean
  readonly onInstall: () => void
  readonly onStop: () => void
  readonly onDelete: () => void
}

/** A pack of tools. */
export function PackRow({ pack, isAdmin, onInstall, onStop, onDelete }: PackRowProps) {
  const { t } = useTranslation()
  const { name, purpose, state, bytes, downloadBytes, licence, pull } = pack
  const size =
    state === 'ready' ? bytesText(bytes) : t('models.toDownload', { size: bytesText(downloadBytes) })
  return (
    <li className="row" aria-label={name}>
      <span className={`dot ${state}`}>{state === 'ready' && <Icon name="check" />}</span>
      <div className="row-text">
        <strong>{name}</strong>
        <span className="hint">
          {[t(`models.purposes.${name}`, purpose), size, licence].join(' · ')}
          <span className="unseen">, {t(`models.states.${state}`)}</span>
        </span>
        {pull && <TransferBar name={name} transfer={pull} isActive={state === 'pulling'} />}
      </div>
      {isAdmin && state === 'pulling' && (
        <button type="button" aria-label={`${t('models.stop')}: ${name}`} onClick={onStop}>
          {t('models.stop')}
        </button>
      )}
      {isAdmin && state === 'missing' && (
        <button type="button" aria-label={`${t('models.install')}: ${name}`} onClick={onInstall}>
          {t('models.install')}
        </button>
      )}
      {isAdmin && state === 'ready' && (
        <button
          type="button"
          className="plain"
          aria-label={`${t('models.delete')}: ${name}`}
          title={t('models.delete')}
          onClick={onDelete}
        >
          <Icon name="trash" />
        </button>
      )}
    </li>
  )
}
