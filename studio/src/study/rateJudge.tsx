import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type JudgeProps, letterOf } from '../people/judge.ts'
import { Pictures } from '../people/pictures.tsx'
import { useStart } from '../people/useStart.ts'
import { useKeys } from '../shared/useKeys.ts'

const levels = [1, 2, 3, 4, 5] as const

/** One of five levels for each picture. */
export function RateJudge({ judged, draft, onDraft, onAnswers }: JudgeProps) {
  const { t } = useTranslation()
  const places = judged.pictures.map((_, i) => i)
  // 0: none yet.
  const [answers, setAnswers] = useState<readonly number[]>(draft ?? places.map(() => 0))
  const [active, setActive] = useState(0)
  const isWhole = answers.every((each) => each > 0)
  const main = useStart()

  const rate = (place: number, level: number): void => {
    const next = answers.map((each, i) => (i === place ? level : each))
    setAnswers(next)
    onDraft(next)
    const open = places.find((i) => i > place && next[i] === 0) ?? places.find((i) => next[i] === 0)
    setActive(open ?? place)
  }
  const submit = (): void => {
    if (isWhole) onAnswers(answers)
  }
  useKeys({
    ...Object.fromEntries(levels.map((level) => [String(level), () => rate(active, level)])),
    ...Object.fromEntries(places.map((place) => [letterOf(place).toLowerCase(), () => setActive(place)])),
    Enter: submit,
  })
  return (
    <div className="rate" ref={main} tabIndex={-1}>
      <Pictures
        judged={judged}
        active={active}
        onActive={setActive}
        under={(place) => (
          <fieldset className="levels" onFocus={() => setActive(place)}>
            <legend className="unseen">{t('people.picture', { letter: letterOf(place) })}</legend>
            {levels.map((level) => (
              <label key={level} className={answers[place] === level ? 'chosen' : ''}>
                <input
                  type="radio"
                  name={`level ${place}`}
                  value={level}
                  checked={answers[place] === level}
                  onChange={() => rate(place, level)}
                />
                <span className="number">{level}</span> {t(`study.levels.${level}`)}
              </label>
            ))}
          </fieldset>
        )}
        end={
          <>
            <span className="hint" aria-live="polite">
              {isWhole ? '' : t('study.rateLeft', { count: answers.filter((each) => each === 0).length })}
            </span>
            <button type="button" className="primary" disabled={!isWhole} onClick={submit}>
              {t('people.next')} <kbd>Enter</kbd>
            </button>
          </>
        }
      />
    </div>
  )
}
