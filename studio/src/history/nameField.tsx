import { useEffect, useRef } from 'react'

interface NameFieldProps {
  readonly label: string
  readonly value: string
  readonly placeholder?: string
  /** With the new name, or undefined where it stays as it is. */
  readonly onDone: (name: string | undefined) => void
}

/** A field in place of a name: Enter and leaving it keep what was typed, Escape does not. */
export function NameField({ label, value, placeholder, onDone }: NameFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const isDone = useRef(false)
  useEffect(() => input.current?.select(), [])
  const end = (name: string | undefined): void => {
    if (isDone.current) return
    isDone.current = true
    onDone(name)
  }
  return (
    <input
      ref={input}
      className="name-field"
      aria-label={label}
      defaultValue={value}
      placeholder={placeholder}
      maxLength={200}
      onBlur={({ target }) => end(target.value)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') end(event.currentTarget.value)
        if (event.key === 'Escape') {
          // An open sheet stays open.
          event.preventDefault()
          end(undefined)
        }
      }}
    />
  )
}
