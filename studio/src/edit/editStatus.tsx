import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type Edit, type SessionNode, server } from '../shared/server.ts'
import { notifyProblem } from '../shared/toasts.tsx'
import { useStudio } from './useStudio.tsx'

/** How the edit of a node goes, over the picture: progress with cancel, or why it failed; told to screen readers. */
export function EditStatus({ node }: { readonly node: SessionNode }) {
  const { t } = useTranslation()
  const { edit } = node
  // Only of what was seen being made: not of every old result that is looked at.
  const wasRunning = useRef(false)
  if (!edit) return null
  const isRunning = edit.state === 'waiting' || edit.state === 'active'
  if (isRunning) wasRunning.current = true
  return (
    <>
      <p className="unseen" role="status" data-testid="told">
        {edit.state === 'done' &&
          wasRunning.current &&
          t('edit.ready', { instruction: edit.task.instruction })}
        {isRunning && t(edit.state === 'waiting' ? 'edit.states.waiting' : `edit.stages.${stageOf(edit)}`)}
      </p>
      {isRunning && <Running node={node} edit={edit} />}
      {(edit.state === 'failed' || edit.state === 'cancelled') && <Ended node={node} edit={edit} />}
    </>
  )
}

const stageOf = ({ progress }: Edit): string => progress?.stage ?? 'read'

interface PartProps {
  readonly node: SessionNode
  readonly edit: Edit
}

function Running({ node, edit }: PartProps) {
  const { t } = useTranslation()
  const { cancel } = useStudio()
  const { progress, state, position = 0 } = edit
  const left = progress?.secondsLeft
  return (
    <div className="status-card" data-testid="running">
      <div className="status-line">
        <span className="doing">
          {state === 'waiting'
            ? t(position === 0 ? 'edit.next' : 'edit.waiting', { count: position })
            : (progress?.doing ?? t(`edit.stages.${stageOf(edit)}`))}
        </span>
        {progress?.stage === 'denoise' && (
          <span className="hint">
            {t('edit.steps', { done: Math.floor(progress.done), steps: progress.steps })}
          </span>
        )}
        {left !== undefined && (
          <span className="hint">
            {left < 90
              ? t('edit.secondsLeft', { count: Math.max(1, Math.round(left)) })
              : t('edit.minutesLeft', { count: Math.round(left / 60) })}
          </span>
        )}
        <button type="button" onClick={() => void cancel(node)}>
          {t('shared.cancel')}
        </button>
      </div>
      <progress
        max={1}
        {...(state === 'active' && { value: progress?.fraction ?? 0 })}
        aria-label={t('edit.progress')}
      />
    </div>
  )
}

function Ended({ node, edit }: PartProps) {
  const { t, i18n } = useTranslation()
  const { edit: again, change } = useStudio()
  const { picture: _, ...task } = edit.task
  const code = edit.error?.code
  const said = `edit.codes.${code}`
  return (
    <div className="status-card" data-testid="ended">
      <div role={edit.state === 'failed' ? 'alert' : 'status'} className="ended">
        {edit.state === 'cancelled' ? (
          t('edit.cancelled')
        ) : (
          <>
            <strong>{t(i18n.exists(said) ? said : 'edit.codes.internal')}</strong>
            <p>{edit.error?.message}</p>
          </>
        )}
      </div>
      <div className="status-line">
        {code === 'tools-missing' && <InstallPacks message={edit.error!.message} />}
        <span className="space" />
        <button
          type="button"
          onClick={() => {
            change({ instruction: edit.task.instruction })
            document.getElementById('instruction')?.focus()
          }}
        >
          {t('edit.reword')}
        </button>
        {node.parent !== null && (
          <button
            type="button"
            onClick={() => void again(node.parent!, [task]).catch((error: unknown) => notifyProblem(error))}
          >
            {t('shared.retry')}
          </button>
        )}
      </div>
    </div>
  )
}

/** Installs the packs that the message names: `run 'pentimento tools install isnet sam'`. */
function InstallPacks({ message }: { readonly message: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { data: packs = [] } = useQuery({
    queryKey: ['packs'],
    queryFn: server.packs,
    refetchInterval: ({ state }) => (state.data?.some((each) => each.state === 'pulling') ? 1000 : false),
  })
  const named = new Set(/tools install ([^'`]+)/.exec(message)?.[1]?.split(/\s+/))
  const wanted = packs.filter(({ name }) => named.has(name))
  const missing = wanted.filter(({ state }) => state !== 'ready')
  if (wanted.length === 0) return null
  if (missing.length === 0) return <span className="hint">{t('edit.installed')}</span>
  const pulling = missing.find(({ state }) => state === 'pulling')
  if (pulling?.pull)
    return (
      <progress
        max={pulling.pull.total || 1}
        value={pulling.pull.done}
        aria-label={t('edit.installing', { name: pulling.name })}
      />
    )
  const install = async (): Promise<void> => {
    try {
      for (const { name } of missing) await server.installPack(name)
    } catch (error) {
      notifyProblem(error)
    }
    await queries.invalidateQueries({ queryKey: ['packs'] })
  }
  const size = Math.ceil(missing.reduce((sum, { downloadBytes }) => sum + downloadBytes, 0) / 1e6)
  return (
    <button type="button" className="primary" onClick={() => void install()}>
      {t('edit.install', { size, names: missing.map(({ name }) => name).join(', ') })}
    </button>
  )
}
