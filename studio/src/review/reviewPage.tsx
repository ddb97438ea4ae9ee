import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { newNonce, useOutbox } from '../people/outbox.ts'
import { useKeys } from '../shared/useKeys.ts'
import { type View, Viewer } from '../shared/viewer/viewer.tsx'
import { fitted, moveBy, useZoom, zoomBy } from '../shared/viewer/zoom.ts'
import { Brush, type BrushState } from './brush.tsx'
import { Opinions } from './opinions.tsx'
import { outbox } from './outbox.ts'
import { Retouching } from './retouching.tsx'
import { type DecisionRequest, type Dispute, type Item, type Me, pictureUrl, server } from './server.ts'

const views = ['slider', 'side', 'difference', 'map'] as const satisfies readonly View[]

/** Pairs that are asked for ahead, so that the next pictures are there already. */
const ahead = 12

interface ReviewPageProps {
  readonly me: Me
  /** Pairs on which people disagree, instead of new ones. */
  readonly settles: boolean
}

/** Reviews one pair after another, each by one key. */
export function ReviewPage({ me, settles }: ReviewPageProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const key = settles ? 'disputes' : 'items'
  const { data, isFetching, error, refetch } = useQuery({
    queryKey: [key],
    queryFn: async () => {
      // What was decided has to be there before more is asked for, else the server gives it again.
      await outbox.flush()
      if (settles) return { items: (await server.disputes(ahead)).items, done: 0, left: 0, isWhole: true }
      return server.items(ahead)
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [decided, setDecided] = useState<readonly string[]>([])
  const items: readonly Item[] = (data?.items ?? []).filter(({ pair }) => !decided.includes(pair))
  const item = items[0]
  const isLow = items.length < 8 && (data?.items.length ?? 0) >= ahead
  useEffect(() => {
    for (const { pictures } of items.slice(0, 5))
      for (const name of [pictures.source, pictures.target, pictures.mask])
        if (name !== undefined) new Image().src = pictureUrl(name)
  }, [items])
  useEffect(() => {
    if (isLow && !isFetching) void refetch()
  }, [isLow, isFetching, refetch])

  const decide = useCallback((decision: Omit<DecisionRequest, 'nonce'>) => {
    setDecided((before) => [...before, decision.pair])
    outbox.add({ decision: { ...decision, nonce: newNonce() } })
  }, [])
  const undo = useCallback(async () => {
    outbox.add({ undo: newNonce() })
    await outbox.flush().catch(() => undefined)
    await queries.refetchQueries({ queryKey: [key] })
    setDecided([])
  }, [queries, key])

  const done =
    (data?.done ?? 0) + decided.filter((pair) => data?.items.some((each) => each.pair === pair)).length
  return (
    <main className="review">
      <Progress
        done={done}
        left={Math.max(0, (data?.left ?? 0) - decided.length)}
        isWhole={data?.isWhole ?? true}
        settles={settles}
      />
      {error && <p role="alert">{error.message}</p>}
      {item ? (
        <Decide
          key={item.pair}
          item={item}
          me={me}
          settles={settles}
          onDecide={decide}
          onUndo={() => void undo()}
        />
      ) : (
        <Empty
          text={isFetching ? t('shared.loading') : t(settles ? 'allSettled' : 'allDone')}
          onUndo={() => void undo()}
        />
      )}
    </main>
  )
}

function Empty({ text, onUndo }: { readonly text: string; readonly onUndo: () => void }) {
  const { t } = useTranslation()
  useKeys({ u: onUndo })
  return (
    <div className="empty">
      <p>{text}</p>
      <button type="button" onClick={onUndo}>
        {t('undo')} <kbd>U</kbd>
      </button>
    </div>
  )
}

interface ProgressProps {
  readonly done: number
  readonly left: number
  readonly isWhole: boolean
  readonly settles: boolean
}

function Progress({ done, left, isWhole, settles }: ProgressProps) {
  const { t } = useTranslation()
  const { waiting, problem, refused } = useOutbox(outbox)
  return (
    <div className="progress">
      {!settles && (
        <span aria-live="off">
          <span data-testid="done">{t('done', { count: done })}</span> ·{' '}
          {t(isWhole ? 'left' : 'leftMore', { count: left })}
        </span>
      )}
      {problem !== undefined && (
        <span role="alert">
          {t('notSent', { count: waiting, message: problem })}{' '}
          <button type="button" onClick={() => void outbox.send()}>
            {t('shared.retry')}
          </button>
        </span>
      )}
      {refused !== undefined && <span role="alert">{refused}</span>}
    </div>
  )
}

interface DecideProps {
  readonly item: Item
  readonly me: Me
  readonly settles: boolean
  readonly onDecide: (decision: Omit<DecisionRequest, 'nonce'>) => void
  readonly onUndo: () => void
}

/** A pair with all its actions. */
function Decide({ item, me, settles, onDecide, onUndo }: DecideProps) {
  const { t } = useTranslation()
  const [view, setView] = useState<View>('slider')
  const control = useZoom()
  const [showsBefore, setShowsBefore] = useState(false)
  const [isDrawing, setDrawing] = useState(false)
  const [brush, setBrush] = useState({
    size: Math.round(Math.max(item.width, item.height) / 16),
    erases: false,
  })
  const [drawn, setDrawn] = useState<string>()
  const [text, setText] = useState({
    en: item.before?.text?.en ?? item.texts.en?.text ?? '',
    cn: item.before?.text?.cn ?? item.texts.cn?.text ?? '',
  })
  const [note, setNote] = useState(item.before?.note ?? '')
  const started = useRef(performance.now())
  const [english, chinese] = [useRef<HTMLTextAreaElement>(null), useRef<HTMLTextAreaElement>(null)]

  const send = (verdict: 'accept' | 'reject' | 'skip', reason?: string): void => {
    const changed = {
      ...(text.en.trim() !== (item.texts.en?.text ?? '') && { en: text.en }),
      ...(text.cn.trim() !== (item.texts.cn?.text ?? '') && { cn: text.cn }),
    }
    const caption = item.texts.en?.caption ?? item.texts.cn?.caption
    onDecide({
      pair: item.pair,
      verdict: settles && verdict !== 'skip' ? `adjudicate-${verdict}` : verdict,
      seconds: Math.round((performance.now() - started.current) / 100) / 10,
      ...(reason !== undefined && { reason }),
      ...(note.trim() && { note }),
      ...(caption !== undefined && { caption }),
      ...(Object.keys(changed).length > 0 && { text: changed }),
      ...(drawn !== undefined && { mask: drawn }),
    })
  }
  const resize = (factor: number): void =>
    setBrush((before) => ({ ...before, size: Math.max(2, Math.min(400, Math.round(before.size * factor))) }))
  const move = (x: number, y: number): void => moveBy(control, { x, y }, item)
  const reasons = Object.fromEntries(
    me.reasons.map((reason, i) => [String(i + 1), () => send('reject', reason)]),
  )
  useKeys(
    {
      ...reasons,
      Enter: () => send('accept'),
      k: () => send('accept'),
      ...(!settles && { s: () => send('skip') }),
      u: onUndo,
      q: () => setView('slider'),
      w: () => setView('side'),
      e: () => setView('difference'),
      r: () => setView('map'),
      '+': () => zoomBy(control, 1.5),
      '-': () => zoomBy(control, 1 / 1.5),
      '0': () => control.set(fitted),
      ArrowLeft: () => move(60, 0),
      ArrowRight: () => move(-60, 0),
      ArrowUp: () => move(0, 60),
      ArrowDown: () => move(0, -60),
      t: () => english.current?.focus(),
      c: () => chinese.current?.focus(),
      m: () => setDrawing((before) => !before),
      x: () => setBrush((before) => ({ ...before, erases: !before.erases })),
      '[': () => resize(1 / 1.25),
      ']': () => resize(1.25),
      ' ': () => setShowsBefore(true),
    },
    { ' ': () => setShowsBefore(false) },
  )
  const brushState: BrushState | undefined = isDrawing ? { ...brush, drawn, onDrawn: setDrawn } : undefined
  const opinions = (item as Partial<Dispute>).opinions
  const { source, target, mask } = item.pictures
  const size = { width: item.width, height: item.height }
  return (
    <>
      <div className="stage">
        <Viewer
          before={{ ...size, src: pictureUrl(source), alt: t('shared.before'), label: t('shared.before') }}
          after={{ ...size, src: pictureUrl(target), alt: t('shared.after'), label: t('shared.after') }}
          map={mask && pictureUrl(mask)}
          view={view}
          control={control}
          showsBefore={showsBefore}
          overlay={brushState && <Brush key={item.pair} item={item} state={brushState} />}
        />
        <div className="tools" role="toolbar" aria-label={t('shared.views.label')}>
          {views.map((each, i) => (
            <button key={each} type="button" aria-pressed={view === each} onClick={() => setView(each)}>
              {t(`shared.views.${each}`)} <kbd>{'QWER'[i]}</kbd>
            </button>
          ))}
          <button type="button" aria-label={t('shared.zoom.out')} onClick={() => zoomBy(control, 1 / 1.5)}>
            −
          </button>
          <button type="button" onClick={() => control.set(fitted)}>
            {t('shared.zoom.fit')}
          </button>
          <button type="button" aria-label={t('shared.zoom.in')} onClick={() => zoomBy(control, 1.5)}>
            +
          </button>
          <button type="button" aria-pressed={isDrawing} onClick={() => setDrawing(!isDrawing)}>
            {t('brush')} <kbd>M</kbd>
          </button>
          {isDrawing && (
            <>
              <button type="button" onClick={() => setBrush({ ...brush, erases: !brush.erases })}>
                {t(brush.erases ? 'erase' : 'paint')} <kbd>X</kbd>
              </button>
              <label>
                {t('size')}{' '}
                <input
                  type="range"
                  min={2}
                  max={400}
                  value={brush.size}
                  onChange={(event) => setBrush({ ...brush, size: Number(event.target.value) })}
                />
              </label>
            </>
          )}
          {drawn !== undefined && <span className="hint">{t('drawn')}</span>}
        </div>
      </div>
      <form className="panel" onSubmit={(event) => event.preventDefault()}>
        {opinions && (
          <Opinions
            opinions={opinions}
            onUse={(words) => setText({ en: words?.en ?? text.en, cn: words?.cn ?? text.cn })}
          />
        )}
        {item.before && (
          <p className="hint">
            {t('earlier', {
              verdict: item.before.reason
                ? t(`reasons.${item.before.reason}`)
                : t(item.before.verdict === 'skip' ? 'skip' : 'keep'),
            })}
          </p>
        )}
        <label>
          {t('english')} <kbd>T</kbd>
          <textarea
            ref={english}
            lang="en"
            rows={3}
            value={text.en}
            placeholder={t('noText')}
            onChange={(event) => setText({ ...text, en: event.target.value })}
          />
        </label>
        <label>
          {t('chinese')} <kbd>C</kbd>
          <textarea
            ref={chinese}
            lang="zh"
            rows={2}
            value={text.cn}
            placeholder={t('noText')}
            onChange={(event) => setText({ ...text, cn: event.target.value })}
          />
        </label>
        <div className="verdicts">
          <button type="button" className="keep" onClick={() => send('accept')}>
            {t('keep')} <kbd>K</kbd>
          </button>
          {!settles && (
            <button type="button" onClick={() => send('skip')}>
              {t('skip')} <kbd>S</kbd>
            </button>
          )}
          <button type="button" onClick={onUndo}>
            {t('undo')} <kbd>U</kbd>
          </button>
        </div>
        <fieldset className="reasons">
          <legend>{t('reject')}</legend>
          {me.reasons.map((reason, i) => (
            <button key={reason} type="button" onClick={() => send('reject', reason)}>
              <kbd>{i + 1}</kbd> {t(`reasons.${reason}`)}
            </button>
          ))}
        </fieldset>
        <label>
          {t('note')}
          <input value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} />
        </label>
        <Retouching item={item} />
      </form>
    </>
  )
}
