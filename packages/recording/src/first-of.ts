/** The first items, or all of them where nobody says how many. */
export async function* firstOf<Item>(items: AsyncIterable<Item>, most: number = Infinity): AsyncGenerator<Item, void> {
  let count = 0;
  for await (const item of items) {
    if (count++ >= most) return;
    yield item;
  }
}
