import { useTranslation } from 'react-i18next'
import { Icon } from '../shared/icons.tsx'
import type { ServiceModel } from '../shared/server.ts'
import { bytesText } from './figures.ts'
import { TransferBar } from './transferBar.tsx'

interface EditorCardProps {
  readonly editor: ServiceModel
  /** Whether this one may pull and delete. */
  readonly isAdmin: boolean
  readonly onPull: () => void
  readonly onStop: () => void
  readonly onDelete: () => void
}

/** An editor: description, state and actions. */
export function EditorCard({ editor, isAdmin, onPull, onStop, onDelete }: EditorCardProps) {
  const { t } = useTranslation()
  const { name, kind, state, isDefault, family, bytes, licence, problem, pull, served, tools } = editor
  const facts = [
    ...(served === undefined ? [] : [served]),
    ...(family === undefined ? [] : [family]),
    ...(bytes === undefined || kind !== 'model' ? [] : [bytesText(bytes)]),
    ...(licence === undefined ? [] : [licence]),
  ]
  const isHalf = state !== 'pulling' && pull !== undefined
  return (
    <li className="card" aria-label={name}>
      <div className="card-head">
        <h3>{name}</h3>
        {isDefault && <span className="badge">{t('models.isDefault')}</span>}
        <span className="space" />
        <span className={`state ${state}`}>
          {state === 'ready' && <Icon name="check" />}
          {t(kind === 'remote' && state === 'broken' ? 'models.notReady' : `models.states.${state}`)}
        </span>
      </div>
      <p className="hint">{[t(`models.about.${aboutOf(editor)}`), ...facts].join(' · ')}</p>
      {problem !== undefined && !isHalf && <p role="alert">{problem}</p>}
      {pull && <TransferBar name={name} transfer={pull} isActive={state === 'pulling'} />}
      {tools && <Tools tools={tools} />}
      {isAdmin && kind === 'model' && (
        <div className="card-row">
          {state === 'pulling' && (
            <button type="button" aria-label={`${t('models.stop')}: ${name}`} onClick={onStop}>
              {t('models.stop')}
            </button>
          )}
          {state === 'missing' && (
            <button
              type="button"
              className="primary"
              aria-label={`${t(isHalf ? 'models.resume' : 'models.pull')}: ${name}`}
              onClick={onPull}
            >
              {t(isHalf ? 'models.resume' : 'models.pull')}
            </button>
          )}
          {editor.isRemovable && state !== 'pulling' && (
            <button type="button" aria-label={`${t('models.delete')}: ${name}`} onClick={onDelete}>
              {t('models.delete')}
            </button>
          )}
        </div>
      )}
    </li>
  )
}

const aboutOf = ({ kind, name }: ServiceModel): string =>
  kind === 'model' && name === 'nano' ? 'nano' : kind

/** The tools of the darkroom, and the missing ones. */
function Tools({ tools }: { readonly tools: NonNullable<ServiceModel['tools']> }) {
  const { t } = useTranslation()
  const missing = tools.filter(({ isReady }) => !isReady)
  const nameOf = (job: string): string => t(`models.jobs.${job}`, job)
  return (
    <details>
      <summary>{t('models.tools', { ready: tools.length - missing.length, all: tools.length })}</summary>
      <ul className="tools-list">
        {tools.map(({ job, isReady, packs }) => (
          <li key={job} className={isReady ? 'there' : 'lacking'}>
            <Icon name={isReady ? 'check' : 'minus'} /> {nameOf(job)}
            {!isReady && (
              <span className="hint">
                {packs.length > 0 ? t('models.byPacks', { packs: packs.join(', ') }) : t('models.byProgram')}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
