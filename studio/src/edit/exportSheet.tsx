import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../shared/icons.tsx'
import { fileUrl, type SessionNode } from '../shared/server.ts'
import { Sheet } from './sheet.tsx'

const formats = ['png', 'jpeg', 'webp'] as const
type Format = (typeof formats)[number]

interface ExportSheetProps {
  readonly node: SessionNode
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Saves the picture: in which format, and whether it tells how it was made. */
export function ExportSheet({ node, isOpen, onClose }: ExportSheetProps) {
  const { t } = useTranslation()
  const [format, setFormat] = useState<Format>('png')
  const [quality, setQuality] = useState(92)
  const [recipe, setRecipe] = useState(true)
  if (!node.picture) return null
  const query = new URLSearchParams({
    name: nameOf(node, format),
    format,
    ...(format !== 'png' && { quality: String(quality) }),
    recipe: String(recipe),
  })
  return (
    <Sheet title={t('edit.export.title')} isOpen={isOpen} onClose={onClose}>
      <fieldset className="choices">
        <legend>{t('edit.export.format')}</legend>
        {formats.map((each) => (
          <label key={each}>
            <input type="radio" name="format" checked={format === each} onChange={() => setFormat(each)} />
            {t(`edit.export.${each}`)}
          </label>
        ))}
      </fieldset>
      {format !== 'png' && (
        <label className="field">
          {t('edit.export.quality', { quality })}
          <input
            type="range"
            min={50}
            max={100}
            value={quality}
            onChange={(event) => setQuality(Number(event.target.value))}
          />
        </label>
      )}
      <label className="choice">
        <input type="checkbox" checked={recipe} onChange={(event) => setRecipe(event.target.checked)} />
        <span>
          {t('edit.export.recipe')}
          <span className="hint">{t('edit.export.recipeHint')}</span>
        </span>
      </label>
      <a className="button primary" href={`${fileUrl(node.picture.id)}?${query}`} download onClick={onClose}>
        <Icon name="download" />
        {t('edit.export.save')}
      </a>
    </Sheet>
  )
}

/** A file's name: what was asked for, without what file systems do not take. */
function nameOf({ name, edit, picture }: SessionNode, format: Format): string {
  const words = name ?? edit?.task.instruction ?? picture?.name.replace(/\.[^.]+$/, '') ?? ''
  const plain = words
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
  return `${plain || 'picture'}.${format === 'jpeg' ? 'jpg' : format}`
}
