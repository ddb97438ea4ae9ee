/** An order of pictures, best first: groups of places, those of a group being equal. */
export type Order = readonly (readonly number[])[]

/** Puts a picture at the end, or takes it from where it is to a place between groups. */
export function placed(order: Order, picture: number, at: number = order.length): Order {
  const before = order.slice(0, at).filter((group) => group.some((each) => each !== picture)).length
  const rest = without(order, picture)
  return [...rest.slice(0, before), [picture], ...rest.slice(before)]
}

export const without = (order: Order, picture: number): Order =>
  order.map((group) => group.filter((each) => each !== picture)).filter((group) => group.length > 0)

/** Makes a group equal to the one before it, or, where it is of several, its last picture worse again. */
export function tied(order: Order, at: number): Order {
  const group = order[at]
  const before = order[at - 1]
  if (!group || !before) return order
  return [...order.slice(0, at - 1), [...before, ...group], ...order.slice(at + 1)]
}

/** Parts the last picture of a group from it. */
export function parted(order: Order, at: number): Order {
  const group = order[at]
  if (!group || group.length < 2) return order
  return [...order.slice(0, at), group.slice(0, -1), group.slice(-1), ...order.slice(at + 1)]
}

/** Moves a picture one step: out of a group of equals, else before or behind the next group. */
export function moved(order: Order, picture: number, by: -1 | 1): Order {
  const at = order.findIndex((group) => group.includes(picture))
  if (at < 0) return order
  const rest = without(order, picture)
  const isAlone = order[at]!.length === 1
  const to = by < 0 ? (isAlone ? at - 1 : at) : at + 1
  const place = Math.min(rest.length, Math.max(0, to))
  return [...rest.slice(0, place), [picture], ...rest.slice(place)]
}

/** Ranks from 1, in the order of the pictures: 1, 2, 2, 4. */
export function ranksOf(order: Order, pictures: number): readonly number[] {
  const ranks = new Array<number>(pictures).fill(0)
  let rank = 1
  for (const group of order) {
    for (const picture of group) ranks[picture] = rank
    rank += group.length
  }
  return ranks
}

/** The order that has these ranks; pictures without one, rank 0, are left out. */
export function orderOf(ranks: readonly number[]): Order {
  const known = [...new Set(ranks.filter((rank) => rank > 0))].sort((a, b) => a - b)
  return known.map((rank) => ranks.flatMap((each, picture) => (each === rank ? [picture] : [])))
}
