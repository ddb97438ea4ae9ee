import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../edit/useStudio.tsx'
import { currentLanguage } from '../shared/language.ts'
import { type MissingPart, type Recall, type SessionNode, server } from '../shared/server.ts'
import { notify, notifyProblem } from '../shared/toasts.tsx'
import { recalledDraft } from './recalledDraft.ts'

export interface RecipeNoticeProps {
  /** A picture that was handed in and is on the stage. */
  readonly node: SessionNode
}

/** Nodes whose notice was used or closed, since the page was opened. */
const done = new Set<string>()

/** For a picture made by Pentimento: its recipe, and buttons that apply it to the draft. */
export function RecipeNotice({ node }: RecipeNoticeProps) {
  const { t } = useTranslation()
  const { session, nodes, change, choose, refresh } = useStudio()
  const [, setClosed] = useState(0)
  const picture = node.picture?.id
  const { data: recall } = useQuery({
    queryKey: ['recall', picture],
    queryFn: () => server.recall(picture!),
    enabled: picture !== undefined && !done.has(node.id),
    retry: false,
  })
  if (!recall || !session || !node.picture || done.has(node.id)) return null
  const { editor, task, missing } = recall
  const close = (): void => {
    done.add(node.id)
    setClosed((count) => count + 1)
    // The button is gone: the next thing to do is to send the edit.
    document.getElementById('instruction')?.focus()
  }
  const set = (target: SessionNode, without: Recall['missing']): void => {
    change(recalledDraft(recall, target))
    close()
    const name = node.picture?.name
    notify(
      without.length === 0
        ? t('history.recalled', { name })
        : t('history.recalledWithout', { name, missing: listed(without, t) }),
    )
  }
  const startFromOriginal = async (source: string): Promise<void> => {
    try {
      const there = nodes.find((each) => !each.removed && each.picture?.id === source)
      const target = there ?? (await server.addToSession(session.id, source))
      if (!there) await refresh()
      choose(target.id)
      set(target, missing)
    } catch (error) {
      notifyProblem(error)
    }
  }
  const source = task.picture
  return (
    <section className="recipe-notice" aria-label={t('history.recipe')}>
      <div className="recipe-says">
        <p className="recipe-made">{t('history.madeBy', { editor, instruction: task.instruction })}</p>
        {missing.length > 0 && (
          <p className="hint">{t('history.notAtHand', { missing: listed(missing, t) })}</p>
        )}
      </div>
      <div className="recipe-does">
        <button
          type="button"
          onClick={() =>
            set(
              node,
              missing.filter(({ part }) => part !== 'picture'),
            )
          }
        >
          {t('history.useSettings')}
        </button>
        {source !== undefined && (
          <button type="button" onClick={() => void startFromOriginal(source)}>
            {t('history.startFromOriginal')}
          </button>
        )}
        <button type="button" className="plain" aria-label={t('shared.dismiss')} onClick={close}>
          ×
        </button>
      </div>
    </section>
  )
}

type Translate = ReturnType<typeof useTranslation>['t']

function listed(missing: readonly MissingPart[], t: Translate): string {
  const parts = missing.map(({ part, name }) => t(`history.parts.${part}`, { name }))
  return new Intl.ListFormat(currentLanguage() === 'cn' ? 'zh' : 'en').format(parts)
}
