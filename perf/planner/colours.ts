/** What may be meant by a colour's name: several answers of each, since people and tables of colours differ. */
export const colours: Readonly<Record<string, readonly string[]>> = {
  red: ['#e02020', '#ff0000', '#c01818', '#b22222'],
  blue: ['#1f4fd0', '#0000ff', '#1e63c8', '#3b6fd4', '#2f5fb3'],
  green: ['#008000', '#2e9e3f', '#3cb043', '#00b050', '#00ff00'],
  yellow: ['#ffd700', '#ffff00', '#f2c80f', '#fae030'],
  orange: ['#ff8c00', '#ffa500', '#f47b20'],
  purple: ['#800080', '#7b2fbf', '#8a3ab9', '#6a2c91'],
  pink: ['#ffc0cb', '#ff8fb1', '#f06ba8', '#ff69b4'],
  black: ['#000000', '#1a1a1a', '#222222'],
  white: ['#ffffff', '#f5f5f5', '#f0f0ee'],
  grey: ['#808080', '#9a9a9a', '#6e6e6e'],
  brown: ['#8b4513', '#7b4a2a', '#6b4226', '#a0522d'],
  navy: ['#000080', '#1b2a5c', '#14213d', '#1f2d5a'],
  emerald: ['#50c878', '#0b8a5a', '#2e8b57', '#009b6b'],
  blonde: ['#e6c27a', '#d9b56b', '#f0d890', '#c9a86a', '#dcc08a'],
  turquoise: ['#40e0d0', '#30b5a8', '#1fb8b0', '#30b0b0'],
  darkgreen: ['#006400', '#1f4d2b', '#0b3d2e', '#14532d', '#2f4f3a'],
  beige: ['#f5f5dc', '#e8d9b8', '#e6d5b8', '#f3e5c0', '#dcc8a0'],
  lightblue: ['#add8e6', '#a8cfe8', '#b0cde2', '#87ceeb'],
  teal: ['#008080', '#0f7f80', '#1f8a8a'],
  gold: ['#ffd700', '#d4af37', '#c9a227'],
  silver: ['#c0c0c0', '#a8a9ad', '#d0d0d4'],
  lightgrey: ['#d3d3d3', '#bec0c3', '#c8c8c8'],
  darkred: ['#8b0000', '#7a1010', '#6e0f1a', '#800020'],
  burgundy: ['#800020', '#6d071a', '#7b1e34', '#722f37'],
  darkblue: ['#00008b', '#0b2a6f', '#1b2a5c', '#000080'],
  mint: ['#98ff98', '#aee5c8', '#98e0c0', '#b2d8c4', '#3eb489'],
  lavender: ['#e6e6fa', '#b8a0dc', '#c8b0e8', '#b57edc'],
  coral: ['#ff7f50', '#f2705a', '#ff6f61'],
  cream: ['#fffdd0', '#f5ecd0', '#f6ead0'],
  khaki: ['#c3b091', '#b5a27a', '#f0e68c', '#bdb76b'],
  darkgrey: ['#404040', '#555555', '#3c3c3c', '#606060'],
  magenta: ['#ff00ff', '#d0208f', '#c71585'],
  cyan: ['#00ffff', '#20c0d0', '#00b7c7'],
  skyblue: ['#87ceeb', '#6cb4e8', '#7ec0ee'],
  lime: ['#32cd32', '#a4d52a', '#bfff00', '#00ff00'],
  olive: ['#808000', '#6b7030', '#708238'],
  maroon: ['#800000', '#6e1a1a', '#7b1e2b'],
  violet: ['#8f00ff', '#7f3fbf', '#ee82ee', '#8a2be2'],
  auburn: ['#a52a2a', '#7c3a24', '#922724', '#8a3b24'],
  tan: ['#d2b48c', '#c8a878'],
  peach: ['#ffcba4', '#ffdab9', '#f8b88b'],
  mustard: ['#d9a520', '#e1ad01', '#c8961e'],
  indigo: ['#4b0082', '#3f3a8c', '#3b2f8f'],
  rosegold: ['#b76e79', '#d9a08f', '#e0a899'],
  champagne: ['#f7e7ce', '#e8d3b0'],
  crimson: ['#dc143c', '#b01030'],
}

/** How far two colours are from each other in OKLab, where black to white is 1. */
export function colourDistance(one: string, other: string): number {
  const [a, b] = [okLab(one), okLab(other)]
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

/** Björn Ottosson's OKLab of `#rrggbb`. */
function okLab(hex: string): readonly [number, number, number] {
  const linear = (at: number) => {
    const level = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4
  }
  const [r, g, b] = [linear(1), linear(3), linear(5)]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}
