import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../shared/icons.tsx'

type Seed = number | string | undefined

interface SeedFieldProps {
  /** Undefined: each result gets one by chance. */
  readonly seed: Seed
  readonly onChange: (seed: Seed) => void
}

/** The seed: by chance, or a chosen one that stays. */
export function SeedField({ seed, onChange }: SeedFieldProps) {
  const { t } = useTranslation()
  const id = useId()
  const draw = (): number => crypto.getRandomValues(new Uint32Array(1))[0]!
  const isLocked = seed !== undefined
  return (
    <div className="field">
      <label htmlFor={id}>{t('models.seed')}</label>
      <div className="seed">
        <input
          id={id}
          inputMode="numeric"
          placeholder={t('models.byChance')}
          value={seed === undefined ? '' : String(seed)}
          onChange={({ target }) => onChange(seedOf(target.value))}
        />
        <button
          type="button"
          aria-label={t('models.drawSeed')}
          title={t('models.drawSeed')}
          onClick={() => onChange(draw())}
        >
          <Icon name="dice" />
        </button>
        <button
          type="button"
          aria-pressed={isLocked}
          aria-label={t('models.keepSeed')}
          title={t(isLocked ? 'models.seedKept' : 'models.seedByChance')}
          onClick={() => onChange(isLocked ? undefined : draw())}
        >
          <Icon name={isLocked ? 'lock' : 'unlock'} />
        </button>
      </div>
      <p className="hint">{t(isLocked ? 'models.seedKept' : 'models.seedByChance')}</p>
    </div>
  )
}

/** Digits of a seed; those that a JavaScript number cannot hold exactly stay a text. */
function seedOf(text: string): Seed {
  const digits = text.replaceAll(/\D/g, '').replace(/^0+(?=\d)/, '')
  if (digits === '') return undefined
  const most = 2n ** 64n - 1n
  const value = BigInt(digits) > most ? most : BigInt(digits)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value)
}
