import { styles } from './styles.ts'

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as escaped HTML. */
export const text = (words: string): string => words.replaceAll(/[&<>"]/g, (sign) => signs[sign]!)

/** A whole number as text. */
export const count = (value: number): string => value.toLocaleString('en')

/** A duration in seconds as text. */
export function duration(seconds: number): string {
  if (seconds < 99.5) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`
  return seconds < 5940 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

/** A page. @param body HTML */
export const document = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${styles}</style>
<body>
${body}
</body>
</html>
`
