import type { TFunction } from 'i18next'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServiceModel } from '../shared/server.ts'
import { bytesText, secondsLeft } from './figures.ts'

interface TransferBarProps {
  readonly name: string
  readonly transfer: NonNullable<ServiceModel['pull']>
  /** Whether it runs, and was not stopped. */
  readonly isActive: boolean
}

/** How far a download is, and about how long it will take. */
export function TransferBar({ name, transfer, isActive }: TransferBarProps) {
  const { t } = useTranslation()
  const samples = useRef<{ at: number; done: number }[]>([])
  const { done, total, isWaiting, stage, error } = transfer
  useEffect(() => {
    // Half a minute of them: the speed of now, without its jumps.
    samples.current = [...samples.current, { at: performance.now(), done }].slice(-40)
  }, [done])
  const left = isActive ? secondsLeft(samples.current, total) : undefined
  const amount = t('models.done', { done: bytesText(done), total: bytesText(total) })
  const parts = isWaiting
    ? [t('models.waits')]
    : [
        ...(stage ? [t(`models.stages.${stage}`)] : []),
        ...(stage ? (stage === 'download' ? [bytesText(total)] : []) : [amount]),
        ...(left === undefined ? [] : [timeText(t, left)]),
        ...(isActive || error !== undefined ? [] : [t('models.stopped')]),
      ]
  const isKnown = !isWaiting && !stage && total > 0
  return (
    <div className="transfer">
      <progress aria-label={t('models.progressOf', { name })} max={total} {...(isKnown && { value: done })} />
      <p className="hint">{parts.join(' · ')}</p>
      {error !== undefined && <p role="alert">{error}</p>}
    </div>
  )
}

function timeText(t: TFunction, seconds: number): string {
  return seconds < 90
    ? t('models.secondsLeft', { count: Math.max(1, Math.round(seconds)) })
    : t('models.minutesLeft', { count: Math.round(seconds / 60) })
}
