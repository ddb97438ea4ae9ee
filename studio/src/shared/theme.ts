import { useSyncExternalStore } from 'react'

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const listeners = new Set<() => void>()
const kept = (): Theme => themes.find((each) => each === localStorage.getItem('theme')) ?? 'auto'

/** Shows the page in the theme that was chosen in this browser; `auto` is the system's. */
export function startTheme(): void {
  document.documentElement.style.colorScheme = kept() === 'auto' ? 'light dark' : kept()
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem('theme', theme)
  startTheme()
  for (const listener of listeners) listener()
}

export const useTheme = (): Theme =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, kept)
