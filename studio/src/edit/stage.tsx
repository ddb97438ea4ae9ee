import type { TFunction } from 'i18next'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RecipeNotice } from '../history/recipeNotice.tsx'
import { fileUrl, pictureUrl, type SessionNode, thumbnailUrl } from '../shared/server.ts'
import type { Shown } from '../shared/viewer/pane.tsx'
import { type View, Viewer } from '../shared/viewer/viewer.tsx'
import { useZoom } from '../shared/viewer/zoom.ts'
import { EditStatus } from './editStatus.tsx'
import { ExportSheet } from './exportSheet.tsx'
import { MaskBar } from './maskBar.tsx'
import { MaskLayer } from './maskLayer.tsx'
import { useMask } from './useMask.ts'
import { useStudio } from './useStudio.tsx'
import { Variations } from './variations.tsx'
import { ViewBar } from './viewBar.tsx'

/** The chosen picture, its comparison, and how its edit goes. */
export function Stage({ onShowHistory }: { readonly onShowHistory: () => void }) {
  const { t } = useTranslation()
  const { nodes, chosen, compared, base, uploading } = useStudio()
  const [view, setView] = useState<View>('slider')
  const [showsBefore, setShowsBefore] = useState(false)
  const [isMasking, setMasking] = useState(false)
  const [isKeyed, setKeyed] = useState(false)
  const [isExporting, setExporting] = useState(false)
  const control = useZoom()
  const mask = useMask()
  const parent = nodes.find(({ id }) => id === chosen?.parent)
  const { before, after } = shownOf(chosen, compared, parent, t)
  const upload = uploading.at(-1)
  const isTwoEditors = chosen?.parent !== null && compared?.parent === chosen?.parent
  useEffect(() => {
    // Results of two editors are looked at beside each other.
    if (isTwoEditors) setView('side')
  }, [isTwoEditors])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture is looked at, not drawn on
  useEffect(() => {
    setMasking(false)
    setKeyed(false)
  }, [chosen?.id])
  const stopMasking = (): void => {
    setMasking(false)
    setKeyed(false)
  }
  return (
    <section className="stage" aria-label={t('edit.picture')}>
      {chosen?.picture && chosen.parent === null && <RecipeNotice node={chosen} />}
      <div className="stage-view">
        {upload !== undefined ? (
          <img className="uploading" src={upload} alt={t('edit.uploading')} />
        ) : (
          after && (
            <Viewer
              before={before}
              after={after}
              map={chosen?.edit?.changeMap && fileUrl(chosen.edit.changeMap)}
              view={view}
              control={control}
              showsBefore={showsBefore}
              overlay={isMasking ? <MaskLayer mask={mask} isKeyed={isKeyed} onKeyed={setKeyed} /> : undefined}
              stroke={isMasking && !isKeyed ? mask.handler : undefined}
            />
          )
        )}
        {upload === undefined && chosen?.edit && <EditStatus key={chosen.id} node={chosen} />}
      </div>
      <Variations />
      {isMasking ? (
        <MaskBar mask={mask} onKeyed={setKeyed} onDone={stopMasking} />
      ) : (
        <ViewBar
          view={view}
          onView={setView}
          control={control}
          canCompare={before !== undefined}
          hasMap={chosen?.edit?.changeMap !== undefined}
          onShowBefore={setShowsBefore}
          onShowHistory={onShowHistory}
          onMask={base?.picture && base === chosen ? () => setMasking(true) : undefined}
          isMasked={mask.strokes.length > 0}
          onExport={chosen?.picture ? () => setExporting(true) : undefined}
          picture={after}
        />
      )}
      {chosen && <ExportSheet node={chosen} isOpen={isExporting} onClose={() => setExporting(false)} />}
    </section>
  )
}

/** What is seen of a node: its picture with the one that it is compared with, else the one that is being edited. */
function shownOf(
  chosen: SessionNode | undefined,
  compared: SessionNode | undefined,
  parent: SessionNode | undefined,
  t: TFunction,
): { readonly before?: Shown | undefined; readonly after?: Shown | undefined } {
  const after = shown(chosen, t)
  if (after) {
    const before = compared?.id === chosen?.id ? undefined : shown(compared, t)
    const isParent = compared?.id === chosen?.parent
    return {
      after: before ? { ...after, label: isParent ? t('shared.after') : labelOf(chosen, t) } : after,
      before: before && { ...before, label: isParent ? t('shared.before') : labelOf(compared, t) },
    }
  }
  const source = shown(parent, t)
  const preview = chosen?.edit?.state === 'active' ? chosen.edit.preview : undefined
  if (!source || preview === undefined) return { after: source }
  // The last preview stays until the next one is there.
  return { after: { ...source, src: fileUrl(preview), placeholder: source.src, label: t('edit.preview') } }
}

function shown(node: SessionNode | undefined, t: TFunction): Shown | undefined {
  const picture = node?.picture
  if (!picture) return undefined
  return {
    src: pictureUrl(picture),
    placeholder: thumbnailUrl(picture.id, 256),
    alt: node.name ?? node.edit?.task.instruction ?? t('edit.original', { name: picture.name }),
    width: picture.width,
    height: picture.height,
  }
}

const labelOf = (node: SessionNode | undefined, t: TFunction): string =>
  node?.name ??
  node?.edit?.task.model ??
  (node?.picture ? t('edit.original', { name: node.picture.name }) : '')
