/** Why a file cannot be edited; a key of the words `edit.wrong`. */
export type Fault = 'heic' | 'svg' | 'pdf' | 'video' | 'empty' | 'unknown'

const starts: readonly (readonly [string, 'picture' | Fault])[] = [
  ['89504e47', 'picture'],
  ['ffd8ff', 'picture'],
  ['47494638', 'picture'],
  ['49492a00', 'picture'],
  ['4d4d002a', 'picture'],
  ['25504446', 'pdf'],
  ['1a45dfa3', 'video'],
]

/** Tells by its first bytes, not by its name, what a file is. @returns undefined where it may be a picture */
export async function faultOf(file: Blob): Promise<Fault | undefined> {
  if (file.size === 0) return 'empty'
  const bytes = new Uint8Array(await file.slice(0, 512).arrayBuffer())
  const hex = Array.from(bytes.slice(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const known = starts.find(([start]) => hex.startsWith(start))?.[1]
  if (known) return known === 'picture' ? undefined : known
  const text = new TextDecoder('latin1').decode(bytes)
  if (text.startsWith('RIFF')) return text.slice(8, 12) === 'WEBP' ? undefined : 'video'
  if (text.slice(4, 8) === 'ftyp') {
    const brand = text.slice(8, 12)
    if (/^avi[fs]$/.test(brand)) return undefined
    return /^(hei|hev|mif|msf)/.test(brand) ? 'heic' : 'video'
  }
  if (/<svg[\s>]/i.test(text)) return 'svg'
  return 'unknown'
}
