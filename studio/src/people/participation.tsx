import { useQueryClient } from '@tanstack/react-query'
import { type ComponentType, type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConsentPage } from './consentPage.tsx'
import { Frame } from './frame.tsx'
import type { Judged, JudgeProps } from './judge.ts'
import { useOutbox } from './outbox.ts'
import { type Participant, pictureUrl } from './server.ts'
import { TextPage } from './texts.tsx'
import { useLookedAt } from './useLookedAt.ts'
import { outbox, useTasks } from './useTasks.ts'

interface ParticipationProps {
  readonly me: Participant
  /** The title of the page. */
  readonly title: string
  readonly keys: readonly (readonly [keys: string, what: string])[]
  /** The guide before the practice. */
  readonly guide: ReactNode
  readonly practice: Judged
  /** The explanation after the practice. */
  readonly explained: ReactNode
  readonly Judge: ComponentType<JudgeProps>
  /** The content below the thanks. */
  readonly after?: ReactNode
}

/** From consent over practice and tasks to the thanks. Everything that has to last is kept by the server. */
export function Participation(props: ParticipationProps) {
  const { me, title } = props
  const { t } = useTranslation()
  const queries = useQueryClient()
  if (me.consent)
    return (
      <Frame title={title} about={me.name}>
        <ConsentPage
          title={t('people.consentTitle')}
          consent={me.consent}
          onAgreed={() => void queries.refetchQueries({ queryKey: ['me'] })}
        />
      </Frame>
    )
  return <Agreed {...props} />
}

type Step = 'guide' | 'practice' | 'explained' | 'tasks' | 'paused'

function Agreed({ me, title, keys, guide, practice, explained, Judge, after }: ParticipationProps) {
  const { t } = useTranslation()
  const [step, setStep] = useState<Step>(me.done === 0 ? 'guide' : 'tasks')
  const tasks = useTasks()
  const { task, done, total } = tasks
  const drafts = useRef(new Map<number, readonly number[]>())
  const counts = { done, total }
  const isJudging = step === 'tasks' && !tasks.isFinished
  const text = (name: string, body: ReactNode, next?: { readonly step: Step; readonly word: string }) => (
    <TextPage key={name} title={t(`people.${name}Title`)}>
      {body}
      {next && (
        <div className="choices">
          <button type="button" className="primary" onClick={() => setStep(next.step)}>
            {t(`people.${next.word}`)}
          </button>
        </div>
      )}
    </TextPage>
  )
  const page = (): ReactNode => {
    if (tasks.isFinished) return <Thanks>{after}</Thanks>
    if (step === 'guide') return text('guide', guide, { step: 'practice', word: 'practise' })
    if (step === 'practice')
      return (
        <main className="judge">
          <p className="practice-note">{t('people.practiceNote')}</p>
          <Judge
            judged={practice}
            draft={undefined}
            onDraft={() => undefined}
            onAnswers={() => setStep('explained')}
          />
        </main>
      )
    if (step === 'explained') return text('explained', explained, { step: 'tasks', word: 'begin' })
    if (step === 'paused')
      return text('paused', <p>{t('people.pausedText', counts)}</p>, { step: 'tasks', word: 'goOn' })
    if (!task) return <p className="message">{tasks.error?.message ?? t('shared.loading')}</p>
    return (
      <main className="judge">
        <Task
          key={task.number}
          judged={{ ...task, source: pictureUrl(task.source), pictures: task.pictures.map(pictureUrl) }}
          draft={drafts.current.get(task.number)}
          onDraft={(answers) => drafts.current.set(task.number, answers)}
          onAnswers={tasks.answer}
          Judge={Judge}
        />
      </main>
    )
  }
  return (
    <Frame
      title={title}
      keys={keys}
      // The pseudonym is what somebody who withdraws has to tell.
      about={
        (isJudging || step === 'paused') && total > 0 ? (
          <>
            <progress max={total} value={done} aria-label={t('people.progress')} />
            <span data-testid="done">{t('people.doneOf', counts)}</span>
          </>
        ) : (
          me.name
        )
      }
      tools={
        isJudging && (
          <button type="button" onClick={() => setStep('paused')}>
            {t('people.pause')}
          </button>
        )
      }
    >
      <Sending />
      {page()}
    </Frame>
  )
}

interface TaskProps extends Omit<JudgeProps, 'onAnswers'> {
  readonly onAnswers: (answers: readonly number[], seconds: number) => void
  readonly Judge: ComponentType<JudgeProps>
}

/** A task, and how long it is looked at. */
function Task({ Judge, onAnswers, ...props }: TaskProps) {
  const lookedAt = useLookedAt()
  return <Judge {...props} onAnswers={(answers) => onAnswers(answers, lookedAt())} />
}

function Thanks({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation()
  const { waiting } = useOutbox(outbox)
  return (
    <TextPage key="thanks" title={t('people.thanksTitle')}>
      <p>{t(waiting > 0 ? 'people.sending' : 'people.thanksText')}</p>
      {waiting === 0 && children}
    </TextPage>
  )
}

/** Shows unsent answers. */
function Sending() {
  const { t } = useTranslation()
  const { waiting, problem, refused } = useOutbox(outbox)
  if (problem !== undefined)
    return (
      <p className="people-problem" role="alert">
        {t('people.notSent', { count: waiting })}{' '}
        <button type="button" onClick={() => void outbox.send()}>
          {t('shared.retry')}
        </button>
      </p>
    )
  return refused === undefined ? null : (
    <p className="people-problem" role="alert">
      {t('people.refusedVote')}
    </p>
  )
}
