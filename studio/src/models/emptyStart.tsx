import { useTranslation } from 'react-i18next'
import { ChoosePictures } from '../edit/choosePictures.tsx'

/**
 * What a session without pictures shows. Pictures go in by `useStudio().addPictures(files)`, an instruction by
 * `useStudio().change({ instruction })`; dropping and pasting work on the whole page already.
 */
export function EmptyStart() {
  const { t } = useTranslation()
  return (
    <>
      <p>{t('models.start')}</p>
      <ChoosePictures className="primary">{t('models.choose')}</ChoosePictures>
    </>
  )
}
