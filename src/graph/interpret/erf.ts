/**
 * The error function to about 1e-15: its power series near zero, and the continued fraction of its
 * complement (Abramowitz and Stegun, 7.1.6 and 7.1.14) beyond.
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x
  const magnitude = Math.abs(x)
  if (magnitude > 6) return Math.sign(x)
  if (magnitude < 2.5) {
    let term = x
    let total = x
    for (let n = 1; Math.abs(term) > Math.abs(total) * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1)
      total += term
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total
  }
  let fraction = magnitude
  for (let n = 120; n > 0; n--) fraction = magnitude + n / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction))
}
