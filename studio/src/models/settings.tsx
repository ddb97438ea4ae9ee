import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Draft } from '../edit/draft.ts'
import { useStudio } from '../edit/useStudio.tsx'
import type { ServiceModel } from '../shared/server.ts'
import { Group, NumberField, SelectField, SwitchField } from './fields.tsx'
import { LoraFields } from './loraFields.tsx'
import './models.css'
import { FurtherPictures } from './furtherPictures.tsx'
import { SeedField } from './seedField.tsx'

type Options = Draft['options']

const usualSizes = [256, 384, 512, 640, 768, 1024]

/** All settings of the next edit that one of its editors takes; unset ones have the editor's defaults. */
export function Settings() {
  const { t } = useTranslation()
  const { models, editors, draft, change } = useStudio()
  const takes = (name: string): boolean => editors.some(({ options }) => options.includes(name))
  const own = (name: string, general: number): number => {
    const found = editors.find(({ options }) => options.includes(name))?.defaults?.[name]
    return typeof found === 'number' ? found : general
  }
  const set = (options: Options): void => change({ options: { ...draft.options, ...options } })
  const { steps, guidance, size, seed, negative, detail, keepEditSize } = draft.options
  const ownSize = own('size', 512)
  const sizes = [...new Set([...usualSizes, ...(size === undefined ? [] : [size])])].sort((a, b) => a - b)
  const mostPictures = Math.max(0, ...editors.map(({ pictures }) => pictures))
  const notBy = editors.length > 1 ? namesOf(editors.filter(({ options }) => !options.includes('steps'))) : ''
  return (
    <div className="settings">
      <Editors models={models} editors={editors} onChange={(names) => change({ editors: names })} />
      {takes('seed') && (
        <Group title={t('models.results')}>
          <NumberField
            label={t('models.variations')}
            value={draft.variations === 1 ? undefined : draft.variations}
            fallback={1}
            least={1}
            most={8}
            step={1}
            onChange={(variations = 1) => change({ variations })}
          />
          <SeedField seed={seed} onChange={(next) => set({ seed: next })} />
        </Group>
      )}
      {(takes('steps') || takes('negative')) && (
        <Group title={notBy === '' ? t('models.quality') : t('models.qualityNot', { names: notBy })}>
          {takes('size') && (
            <SelectField
              label={t('models.size')}
              hint={t('models.sizeHint')}
              value={size === undefined ? '' : String(size)}
              choices={[
                { value: '', text: t('models.ownSize', { size: ownSize }) },
                ...sizes.map((each) => ({ value: String(each), text: `${each} × ${each}` })),
              ]}
              onChange={(value) => set({ size: value === '' ? undefined : Number(value) })}
            />
          )}
          {takes('steps') && (
            <NumberField
              label={t('models.steps')}
              hint={t('models.stepsHint')}
              value={steps}
              fallback={own('steps', 28)}
              least={1}
              most={50}
              mostTyped={1000}
              step={1}
              onChange={(value) => set({ steps: value })}
            />
          )}
          {takes('guidance') && (
            <NumberField
              label={t('models.guidance')}
              hint={t('models.guidanceHint')}
              value={guidance}
              fallback={own('guidance', 6)}
              least={1}
              most={12}
              mostTyped={100}
              step={0.5}
              onChange={(value) => set({ guidance: value })}
            />
          )}
          {takes('init') && (
            <>
              <SwitchField
                label={t('models.startHere')}
                hint={t('models.startHereHint')}
                isOn={draft.strength !== undefined}
                onChange={(isOn) => change({ strength: isOn ? own('strength', 0.6) : undefined })}
              />
              {draft.strength !== undefined && (
                <NumberField
                  label={t('models.strength')}
                  value={draft.strength}
                  fallback={own('strength', 0.6)}
                  least={0.05}
                  most={1}
                  step={0.05}
                  onChange={(strength = own('strength', 0.6)) => change({ strength })}
                />
              )}
            </>
          )}
          {takes('negative') && (
            <label className="field">
              {t('models.negative')}
              <textarea
                rows={2}
                maxLength={2000}
                value={negative ?? ''}
                placeholder={t('models.negativeHint')}
                onChange={({ target }) => set({ negative: target.value === '' ? undefined : target.value })}
              />
            </label>
          )}
          {takes('detail') && (
            <SwitchField
              label={t('models.detail')}
              hint={t('models.detailHint')}
              isOn={detail ?? true}
              onChange={(isOn) => set({ detail: isOn ? undefined : false })}
            />
          )}
          {takes('keepEditSize') && (
            <SwitchField
              label={t('models.keepEditSize')}
              isOn={keepEditSize ?? false}
              onChange={(isOn) => set({ keepEditSize: isOn ? true : undefined })}
            />
          )}
        </Group>
      )}
      {mostPictures > 1 && (
        <Group title={t(mostPictures === 2 ? 'models.second' : 'models.further')}>
          <FurtherPictures
            others={draft.others}
            most={mostPictures - 1}
            onChange={(next) => change({ others: next })}
          />
        </Group>
      )}
      {editors.some(({ loras }) => loras) && (
        <Group title="LoRA">
          <LoraFields loras={draft.loras} onChange={(loras) => change({ loras })} />
        </Group>
      )}
      <Output output={draft.output} onChange={(output) => change({ output })} />
      <button type="button" onClick={() => change(unset)}>
        {t('models.reset')}
      </button>
    </div>
  )
}

/** Everything as the editors have it; the editors themselves too. */
const unset: Partial<Draft> = {
  editors: [],
  variations: 1,
  options: {},
  strength: undefined,
  loras: [],
  others: [],
  output: undefined,
}

const namesOf = (models: readonly ServiceModel[]): string => models.map(({ name }) => name).join(', ')

interface EditorsProps {
  readonly models: readonly ServiceModel[]
  readonly editors: readonly ServiceModel[]
  readonly onChange: (names: readonly string[]) => void
}

/** One editor, or two on the same instruction. */
function Editors({ models, editors, onChange }: EditorsProps) {
  const { t } = useTranslation()
  const [first, second] = editors
  const ready = models.filter(({ state }) => state === 'ready')
  const choicesBut = (but: string | undefined) =>
    models
      .filter(({ name, state }) => name !== but && (state === 'ready' || state === 'missing'))
      .map(({ name, kind, state }) => ({
        value: name,
        text: state === 'ready' ? `${name} – ${t(`models.kinds.${kind}`)}` : t('models.notThere', { name }),
        isOff: state !== 'ready',
      }))
  const other = ready.find(({ name }) => name !== first?.name)
  return (
    <Group title={t('models.editors')}>
      <SelectField
        label={t('models.editor')}
        value={first?.name ?? ''}
        choices={choicesBut(second?.name)}
        onChange={(name) => onChange(second ? [name, second.name] : [name])}
      />
      {first && other && (
        <SwitchField
          label={t('models.compare')}
          isOn={second !== undefined}
          onChange={(isOn) => onChange(isOn ? [first.name, other.name] : [first.name])}
        />
      )}
      {first && second && (
        <SelectField
          label={t('models.secondEditor')}
          value={second.name}
          choices={choicesBut(first.name)}
          onChange={(name) => onChange([first.name, name])}
        />
      )}
      <p>
        <Link href="/models">{t('models.manage')}</Link>
      </p>
    </Group>
  )
}

interface OutputProps {
  readonly output: Draft['output']
  readonly onChange: (output: Draft['output']) => void
}

/** The file of the results. */
function Output({ output, onChange }: OutputProps) {
  const { t } = useTranslation()
  const { format = 'png', quality, recipe = true } = output ?? {}
  const take = (next: NonNullable<Draft['output']>): void => {
    const isUsual = (next.format ?? 'png') === 'png' && (next.recipe ?? true)
    onChange(isUsual ? undefined : next)
  }
  const withQuality = format === 'png' || quality === undefined ? {} : { quality }
  return (
    <Group title={t('models.output')}>
      <SelectField
        label={t('models.format')}
        value={format}
        choices={[
          { value: 'png', text: t('models.png') },
          { value: 'jpeg', text: 'JPEG' },
          { value: 'webp', text: 'WebP' },
        ]}
        onChange={(value) =>
          take({ format: value as 'png', recipe, ...(value === 'png' ? {} : withQuality) })
        }
      />
      {format !== 'png' && (
        <NumberField
          label={t('models.fileQuality')}
          value={quality}
          fallback={90}
          least={1}
          most={100}
          step={1}
          onChange={(value) => take({ format, recipe, ...(value !== undefined && { quality: value }) })}
        />
      )}
      <SwitchField
        label={t('models.recipe')}
        hint={t('models.recipeHint')}
        isOn={recipe}
        onChange={(isOn) => take({ format, recipe: isOn, ...withQuality })}
      />
    </Group>
  )
}
