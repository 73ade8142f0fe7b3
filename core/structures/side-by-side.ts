/** How many items are worked on at once, and what those have in common that are worked on in their order. */
export interface SideBySide<T> {
  readonly width: number;
  readonly inOrderOf: (item: T) => string;
}

/** Works on all items, several at once. Rejects with the first failure; what is under way then goes on. */
export const workSideBySide = async <T>(
  items: readonly T[],
  { width, inOrderOf }: SideBySide<T>,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const groups = Map.groupBy(items, inOrderOf).values();
  const worker = async (): Promise<void> => {
    for (const group of groups) for (const item of group) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
};
