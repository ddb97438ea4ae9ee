import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Item, pictureUrl, server } from './server.ts'

/** Files for a person who retouches, and the way back for what came of it. */
export function Retouching({ item }: { readonly item: Item }) {
  const { t } = useTranslation()
  const [result, setResult] = useState<string>()
  const upload = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setResult(
      await server.retouched(item.pair, file).then(
        () => t('uploaded'),
        (error: unknown) => (error as Error).message,
      ),
    )
  }
  const { source, target, mask } = item.pictures
  return (
    <details>
      <summary>{t('download')}</summary>
      <p>
        <a href={pictureUrl(source)} download="before.png">
          {t('source')}
        </a>{' '}
        <a href={pictureUrl(target)} download="target.png">
          {t('target')}
        </a>{' '}
        {mask && (
          <a href={pictureUrl(mask)} download="mask.png">
            {t('mask')}
          </a>
        )}
      </p>
      <label>
        {t('upload')}{' '}
        <input type="file" accept="image/*" onChange={(event) => void upload(event.target.files?.[0])} />
      </label>
      {result && <p role="status">{result}</p>}
    </details>
  )
}
