/** RFC 9110 §8.8.3: an opaque tag, in quotes, perhaps marked as weak. */
const TAG = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** Whether a list of tags, such as `If-None-Match` has, names this one or any (`*`); weak or not is the same. */
export const namesTag = (list: string, tag: string): boolean =>
  list.trim() === "*" || [...list.matchAll(TAG)].some(([, each]) => each === tag);

/** The versions that `If-Match` allows; null: any. What is no tag of ours allows none. */
export const versionsIn = (ifMatch: string | undefined): readonly number[] | null => {
  if (ifMatch === undefined || ifMatch.trim() === "*") return null;
  return [...ifMatch.matchAll(/(?<!W\/)"(\d{1,15})(?:-[\w-]*)?"/g)].map(([, version]) => Number(version));
};
