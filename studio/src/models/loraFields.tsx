import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Draft } from '../edit/draft.ts'
import { Icon } from '../shared/icons.tsx'
import { server } from '../shared/server.ts'
import { NumberField } from './fields.tsx'

interface LoraFieldsProps {
  readonly loras: Draft['loras']
  readonly onChange: (loras: Draft['loras']) => void
}

/** LoRAs of the server with their strengths. */
export function LoraFields({ loras, onChange }: LoraFieldsProps) {
  const { t } = useTranslation()
  const { data: known = [] } = useQuery({ queryKey: ['loras'], queryFn: server.loras })
  const left = known.filter(({ name }) => loras.every((each) => each.name !== name))
  if (known.length === 0 && loras.length === 0) return <p className="hint">{t('models.noLoras')}</p>
  return (
    <>
      {loras.map(({ name, strength }) => (
        <div key={name} className="lora">
          <NumberField
            label={name}
            value={strength}
            fallback={1}
            least={-1}
            most={2}
            step={0.05}
            onChange={(next = 1) =>
              onChange(loras.map((each) => (each.name === name ? { name, strength: next } : each)))
            }
          />
          <button
            type="button"
            className="plain"
            aria-label={t('models.removeLora', { name })}
            onClick={() => onChange(loras.filter((each) => each.name !== name))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {left.length > 0 && (
        <select
          aria-label={t('models.addLora')}
          value=""
          onChange={({ target }) => onChange([...loras, { name: target.value, strength: 1 }])}
        >
          <option value="">{t('models.addLora')}</option>
          {left.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </>
  )
}
