/** The text of a response; null when it is longer than `octetsMax`, breaks off, or is not whole when `signal` fires. */
export const boundedText = async (
  response: Response,
  octetsMax: number,
  signal: AbortSignal,
): Promise<string | null> => {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const stop = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return null;
      if (done) return Buffer.concat(chunks).toString();
      size += value.length;
      if (size > octetsMax) return null;
      chunks.push(value);
    }
  } catch {
    return null;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
};
