import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type JudgeProps, letterOf } from '../people/judge.ts'
import { Pictures } from '../people/pictures.tsx'
import { useStart } from '../people/useStart.ts'
import { useKeys } from '../shared/useKeys.ts'
import { moved, type Order, orderOf, parted, placed, ranksOf, tied, without } from './ranks.ts'

/** The pictures in an order, best first; equal ones stand together. */
export function RankJudge({ judged, draft, onDraft, onAnswers }: JudgeProps) {
  const { t } = useTranslation()
  const { pictures } = judged
  const places = pictures.map((_, i) => i)
  const [order, setOrder] = useState<Order>(() => orderOf(draft ?? []))
  const ranks = ranksOf(order, pictures.length)
  const open = places.filter((place) => ranks[place] === 0)
  const isWhole = open.length === 0
  const main = useStart()

  const change = (next: Order): void => {
    setOrder(next)
    onDraft(ranksOf(next, pictures.length))
  }
  const submit = (): void => {
    if (isWhole) onAnswers(ranks)
  }
  const toggle = (place: number): void =>
    change(ranks[place] === 0 ? placed(order, place) : without(order, place))
  useKeys({
    ...Object.fromEntries(places.map((place) => [letterOf(place).toLowerCase(), () => toggle(place)])),
    Backspace: () => order.length > 0 && change(without(order, order.at(-1)!.at(-1)!)),
    '/': () => change(tied(order, order.length - 1)),
    Enter: submit,
  })
  return (
    <div className="rank" ref={main} tabIndex={-1}>
      <Pictures
        judged={judged}
        under={(place) => (
          <button
            type="button"
            className="place"
            aria-pressed={ranks[place] !== 0}
            onClick={() => toggle(place)}
          >
            {ranks[place] === 0
              ? t('study.placeNext', { rank: 1 + pictures.length - open.length })
              : t('study.placed', { rank: ranks[place] })}{' '}
            <kbd>{letterOf(place)}</kbd>
          </button>
        )}
        end={
          <>
            <Strip pictures={pictures} order={order} onOrder={change} onEnter={submit} />
            <span className="hint" aria-live="polite">
              {isWhole ? '' : t('study.rankLeft', { count: open.length })}
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

interface StripProps {
  readonly pictures: readonly string[]
  readonly order: Order
  readonly onOrder: (order: Order) => void
  /** A small picture has nothing else to do with this key. */
  readonly onEnter: () => void
}

/** The order as small pictures: they are dragged, or moved by arrows; a button between two makes them equal. */
function Strip({ pictures, order, onOrder, onEnter }: StripProps) {
  const { t } = useTranslation()
  const list = useRef<HTMLOListElement>(null)
  const latest = useRef({ order, onOrder })
  latest.current = { order, onOrder }

  const moveTo = (picture: number, x: number): void => {
    const chips = [...(list.current?.querySelectorAll<HTMLElement>('[data-picture]') ?? [])]
    const pictureOf = (chip: HTMLElement): number => Number(chip.dataset.picture)
    // Behind the group of the last one that it passed.
    const passed = chips.findLast((chip) => {
      const box = chip.getBoundingClientRect()
      return pictureOf(chip) !== picture && box.left + box.width / 2 < x
    })
    const rest = without(latest.current.order, picture)
    const at = passed ? 1 + rest.findIndex((group) => group.includes(pictureOf(passed))) : 0
    const next = [...rest.slice(0, at), [picture], ...rest.slice(at)]
    if (JSON.stringify(next) !== JSON.stringify(latest.current.order)) latest.current.onOrder(next)
  }
  /** Until the pointer is lifted, wherever it is by then: the chip itself moves in the page. */
  const drag = (start: PointerEvent, picture: number): void => {
    let isDragged = false
    const onMove = ({ clientX }: globalThis.PointerEvent): void => {
      isDragged ||= Math.abs(clientX - start.clientX) > 4
      if (isDragged) moveTo(picture, clientX)
    }
    const onEnd = (): void => {
      removeEventListener('pointermove', onMove)
      removeEventListener('pointerup', onEnd)
      removeEventListener('pointercancel', onEnd)
    }
    addEventListener('pointermove', onMove)
    addEventListener('pointerup', onEnd)
    addEventListener('pointercancel', onEnd)
  }
  const onKey = (event: KeyboardEvent, picture: number): void => {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key] as -1 | 1 | undefined
    if (by === undefined && event.key !== 'Enter') return
    event.preventDefault()
    event.stopPropagation()
    if (by === undefined) onEnter()
    else onOrder(moved(order, picture, by))
  }
  return (
    <div className="strip">
      <span className="hint">{t('study.best')}</span>
      <ol ref={list} aria-label={t('study.order')}>
        {order.flatMap((group, g) =>
          group.map((picture, i) => (
            <li key={picture}>
              {(g > 0 || i > 0) && (
                <button
                  type="button"
                  className="between"
                  aria-label={t(i > 0 ? 'study.equal' : 'study.better')}
                  title={t(i > 0 ? 'study.equal' : 'study.better')}
                  disabled={i > 0 && i < group.length - 1}
                  onClick={() => onOrder(i > 0 ? parted(order, g) : tied(order, g))}
                >
                  {i > 0 ? '=' : '>'}
                </button>
              )}
              <button
                type="button"
                className="chip"
                data-picture={picture}
                aria-label={t('study.chip', { letter: letterOf(picture) })}
                onPointerDown={(event) => drag(event, picture)}
                onKeyDown={(event) => onKey(event, picture)}
              >
                <img src={pictures[picture]} alt="" draggable={false} />
                {letterOf(picture)}
              </button>
            </li>
          )),
        )}
      </ol>
      <span className="hint">{t('study.worst')}</span>
    </div>
  )
}
