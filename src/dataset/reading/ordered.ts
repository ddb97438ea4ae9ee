/**
 * Maps items in their order with up to `most` calls at a time. An error ends it; calls that are under way are left to
 * end by themselves.
 */
export async function* mapOrdered<In, Out>(
  items: AsyncIterable<In> | Iterable<In>,
  most: number,
  map: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const running: Promise<Out>[] = []
  for await (const item of items) {
    const call = map(item)
    // Whoever comes to it is told of its failure; nobody does once another one failed.
    call.catch(() => undefined)
    running.push(call)
    if (running.length >= most) yield await running.shift()!
  }
  while (running.length > 0) yield await running.shift()!
}
