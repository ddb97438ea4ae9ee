import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from './useStudio.tsx'

/** Takes pictures that are dropped anywhere on the page, or pasted. */
export function DropZone({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation()
  const { addPictures } = useStudio()
  const [isOver, setOver] = useState(false)
  const depth = useRef(0)
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      void addPictures(files)
    }
    addEventListener('paste', onPaste)
    return () => removeEventListener('paste', onPaste)
  }, [addPictures])
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button that chooses files does the same by keyboard
    <div
      className="drop"
      onDragEnter={(event) => {
        if (!hasFiles(event)) return
        depth.current++
        setOver(true)
      }}
      onDragLeave={() => {
        depth.current = Math.max(0, depth.current - 1)
        if (depth.current === 0) setOver(false)
      }}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        depth.current = 0
        setOver(false)
        if (!hasFiles(event)) return
        event.preventDefault()
        void addPictures([...event.dataTransfer.files])
      }}
    >
      {children}
      {isOver && (
        <div className="drop-here" aria-hidden="true">
          <span>{t('edit.dropHere')}</span>
        </div>
      )}
    </div>
  )
}
