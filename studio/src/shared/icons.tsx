/** Lines of 24×24 drawings. */
const shapes = {
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  up: 'M12 19V5M6 11l6-6 6 6',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  brush: 'M4 20c3 0 5-1 5-4a2.5 2.5 0 0 0-5 0c0 2-1 3-2 4zM9 14L19 4l2 2-9 11',
  eraser: 'M8 20h12M4.5 14.5l9-9 6 6-8.500 8.500H9z',
  box: 'M4 6v-2h2M18 4h2v2M20 18v2h-2M6 20H4v-2M10 4h4M10 20h4M4 10v4M20 10v4',
  undo: 'M9 6L4 11l5 5M4 11h10a6 6 0 0 1 0 12h-1',
  invert: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  history: 'M6 4v10a4 4 0 0 0 4 4h4M6 8h8M14 5h5v6h-5zM14 15h5v6h-5z',
  settings: 'M4 7h9M19 7h1M4 17h2M12 17h8M16 4.500v5M9 14.500v5',
  eye: 'M2 12c4-7 16-7 20 0-4 7-16 7-20 0zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  auto: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500L19 19M19 5l-1.500 1.500M6.500 17.500L5 19',
  dark: 'M20 14A8.500 8.500 0 0 1 10 4a8.500 8.500 0 1 0 10 10z',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10',
  dice: 'M5 5h14v14H5zM9 9h.01M15 15h.01M15 9h.01M9 15h.01M12 12h.01',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  unlock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 6.800-1.200',
  leave: 'M10 4H5v16h5M15 8l4 4-4 4M19 12H9',
  check: 'M5 13l5 5 9-11',
} as const

export type IconName = keyof typeof shapes

/** A small drawing beside or in place of words; what it means is said by its button. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  )
}
