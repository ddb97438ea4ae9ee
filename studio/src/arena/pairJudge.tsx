import { useTranslation } from 'react-i18next'
import type { JudgeProps } from '../people/judge.ts'
import { Pictures } from '../people/pictures.tsx'
import { useStart } from '../people/useStart.ts'
import { useKeys } from '../shared/useKeys.ts'

/** Ranks of A and B, and the keys beside 1 to 4. */
const outcomes = [
  ['first', [1, 2], 'a'],
  ['second', [2, 1], 'b'],
  ['tie', [1, 1], 't'],
  ['bad', [2, 2], 'n'],
] as const

/** Which of two pictures is better, that both are equal, or that both are bad: one press, and the next two follow. */
export function PairJudge({ judged, onAnswers }: JudgeProps) {
  const { t } = useTranslation()
  const main = useStart()
  useKeys(
    Object.fromEntries(
      outcomes.flatMap(([, ranks, key], i) => [
        [key, () => onAnswers(ranks)],
        [String(i + 1), () => onAnswers(ranks)],
      ]),
    ),
  )
  return (
    <div className="pair" ref={main} tabIndex={-1}>
      <Pictures
        judged={judged}
        under={() => null}
        end={
          <fieldset className="outcomes">
            <legend>{t('arena.question')}</legend>
            {outcomes.map(([name, ranks, key]) => (
              <button key={name} type="button" onClick={() => onAnswers(ranks)}>
                {t(`arena.${name}`)} <kbd>{key.toUpperCase()}</kbd>
              </button>
            ))}
          </fieldset>
        }
      />
    </div>
  )
}
