import { type ReactNode, useRef } from 'react'
import { useStudio } from './useStudio.tsx'

interface ChoosePicturesProps {
  readonly className?: string
  readonly children: ReactNode
  readonly label?: string
}

/** A button that opens the file dialog for pictures. */
export function ChoosePictures({ className, children, label }: ChoosePicturesProps) {
  const input = useRef<HTMLInputElement>(null)
  const { addPictures } = useStudio()
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={label}
        title={label}
        onClick={() => input.current?.click()}
      >
        {children}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="image/*"
        data-testid="choose"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          event.target.value = ''
          if (files.length > 0) void addPictures(files)
        }}
      />
    </>
  )
}
