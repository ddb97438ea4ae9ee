import { Slider, Switch } from 'radix-ui'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../shared/icons.tsx'

interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
}

interface NumberFieldProps extends FieldProps {
  /** Undefined: the default. */
  readonly value: number | undefined
  /** What counts where nothing is set. */
  readonly fallback: number
  readonly least: number
  readonly most: number
  readonly step: number
  /** The largest that may be typed. Default: `most`. */
  readonly mostTyped?: number | undefined
  readonly onChange: (value: number | undefined) => void
}

/** A number on a slider, and as digits. What was set can be set back to its default. */
export function NumberField({ label, hint, value, fallback, onChange, ...range }: NumberFieldProps) {
  const { t } = useTranslation()
  const id = useId()
  const { least, most, step, mostTyped = most } = range
  const take = (given: number): void => {
    if (!Number.isFinite(given)) return
    const fitting = Math.min(mostTyped, Math.max(least, given))
    onChange(step >= 1 ? Math.round(fitting) : fitting)
  }
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        {value !== undefined && (
          <button
            type="button"
            className="plain small"
            aria-label={t('models.toDefault', { name: label })}
            title={t('models.toDefault', { name: label })}
            onClick={() => onChange(undefined)}
          >
            <Icon name="undo" />
          </button>
        )}
        <input
          id={id}
          type="number"
          className={value === undefined ? 'figure unset' : 'figure'}
          min={least}
          max={mostTyped}
          step={step}
          value={value ?? fallback}
          onChange={({ target }) => target.value !== '' && take(target.valueAsNumber)}
        />
      </div>
      <Slider.Root
        className="slider"
        min={least}
        max={most}
        step={step}
        value={[Math.min(most, value ?? fallback)]}
        onValueChange={([next]) => next !== undefined && take(next)}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb className="slider-thumb" aria-label={label} />
      </Slider.Root>
      {hint !== undefined && <p className="hint">{hint}</p>}
    </div>
  )
}

interface SwitchFieldProps extends FieldProps {
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}

/** Something that is on or off. */
export function SwitchField({ label, hint, isOn, onChange }: SwitchFieldProps) {
  const id = useId()
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        <Switch.Root id={id} className="switch" checked={isOn} onCheckedChange={onChange}>
          <Switch.Thumb className="switch-thumb" />
        </Switch.Root>
      </div>
      {hint !== undefined && <p className="hint">{hint}</p>}
    </div>
  )
}

interface SelectFieldProps extends FieldProps {
  readonly value: string
  readonly choices: readonly {
    readonly value: string
    readonly text: string
    readonly isOff?: boolean
  }[]
  readonly onChange: (value: string) => void
}

/** One of a few. */
export function SelectField({ label, hint, value, choices, onChange }: SelectFieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        {choices.map((each) => (
          <option key={each.value} value={each.value} disabled={each.isOff === true}>
            {each.text}
          </option>
        ))}
      </select>
      {hint !== undefined && <p className="hint">{hint}</p>}
    </div>
  )
}

/** Fields that belong together. */
export function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className="group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}
