/** A label as detectors give it, in small letters and spaces: `T-Shirt.` → `t shirt`. */
export function plainLabel(label: string): string {
  return label
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim()
}
