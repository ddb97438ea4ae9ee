import { type RefObject, useEffect, useRef } from 'react'

/** Begins at the top of what is new: for eyes, and with the focus for keys and screen readers. */
export function useStart(): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    ref.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [])
  return ref
}
