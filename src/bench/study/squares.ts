/**
 * Latin squares balanced for what comes before (Williams 1949): over the rows each of `count` things stands equally often
 * at each place, and follows each other thing equally often. `count` rows where it is even, twice as many where it is odd.
 */
export function williamsRows(count: number): readonly (readonly number[])[] {
  const first = zigzag(count)
  const rows = Array.from({ length: count }, (_, shift) => first.map((each) => (each + shift) % count))
  return count % 2 === 0 || count === 1 ? rows : [...rows, ...rows.map((row) => row.toReversed())]
}

/** One row of {@link williamsRows}, for many things. */
export function williamsRow(count: number, row: number): readonly number[] {
  const all = count % 2 === 0 || count === 1 ? count : 2 * count
  const at = row % all
  const shifted = zigzag(count).map((each) => (each + at) % count)
  return at < count ? shifted : shifted.toReversed()
}

/** 0, 1, n − 1, 2, n − 2, …: its steps are all different. */
function zigzag(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i % 2 === 1 ? (i + 1) / 2 : (count - i / 2) % count))
}
